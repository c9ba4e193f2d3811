'use strict';

// The provider `tencent`: declares the keys of serverless.yml, and passes each command to
// `python -m deploy`, which does the work.

const fs = require('node:fs');
const path = require('node:path');

const { flagsOf, unknownOption } = require('./flags');
const { handOver } = require('./hand-over');
const { declare, documentOf, unknownKey } = require('./schema');

const flag = (usage) => ({ usage, type: 'boolean' });
const DRY_RUN = { 'dry-run': flag('Say what would change, but change nothing') };
const FORCE = { force: flag('Also delete functions that have triggers somebody else made') };

class Tencent {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    serverless.setProvider('tencent', this);
    declare(serverless.configSchemaHandler);
    // The framework has these commands; a provider uses them through hooks.
    this.commands = { deploy: { options: DRY_RUN }, remove: { options: { ...DRY_RUN, ...FORCE } } };
    this.hooks = {
      initialize: () => this.begin(),
      'before:package:createDeploymentArtifacts': () => this.packageNothing(),
      'package:finalize': () => this.run('package'),
      'deploy:deploy': () => this.run('deploy'),
      'deploy:function:packageFunction': () => this.run('package'),
      'deploy:function:deploy': () => this.run('deploy function'),
      'info:info': () => this.run('info'),
      'invoke:invoke': () => this.run('invoke'),
      'invoke:local:invoke': () => this.run('invoke local'),
      'logs:logs': () => this.run('logs'),
      'remove:remove': () => this.run('remove'),
    };
    this.refuse(unknownKey(serverless.configurationInput));
  }

  begin() {
    const command = this.serverless.processedInput.commands.join(' ');
    this.refuse(unknownOption(command, this.options));
    // Made now, because later the framework adds keys that the user didn't write.
    this.document = documentOf(this.serverless.configurationInput, this.options);
    this.document.settings = { path: this.settingsFile(this.document.stage) };
  }

  // Returns the file from which the framework read the user's variables: the stage's own, if any.
  settingsFile(stage) {
    const isThere = (name) => fs.existsSync(path.join(this.serverless.serviceDir, name));
    return [`.env.${stage}`, '.env'].find(isThere);
  }

  // Keeps the framework from making a zip of the whole folder.
  packageNothing() {
    for (const definition of Object.values(this.serverless.service.functions)) {
      definition.package = { disable: true };
    }
  }

  async run(command) {
    const words = [command.replace(' ', '-'), ...flagsOf(command, this.options)];
    const status = await handOver(this.serverless.serviceDir, words, this.document);
    // Python has printed why, in one sentence. If this threw, the framework would add a page to it.
    if (status !== 0) process.exit(status);
  }

  refuse(sentence) {
    if (sentence && !this.serverless.processedInput.isHelpRequest) {
      throw new this.serverless.classes.Error(sentence, 'TENCENT_CONFIGURATION');
    }
  }
}

module.exports = Tencent;
