'use strict';

// The provider `tencent`: declares what serverless.yml may say, and hands each command over to
// `python -m deploy`, which does the work.

const fs = require('node:fs');
const path = require('node:path');

const { flagsOf, unknownOption } = require('./flags');
const { handOver } = require('./hand-over');
const { declare, documentOf, unknownKey } = require('./schema');

const DRY_RUN = { 'dry-run': { usage: 'Say what would change, change nothing', type: 'boolean' } };
const FORCE = { force: { usage: 'Delete functions to which others gave triggers, too', type: 'boolean' } };

class Tencent {
  constructor(serverless, options) {
    this.serverless = serverless;
    this.options = options;
    serverless.setProvider('tencent', this);
    declare(serverless.configSchemaHandler);
    // The framework knows these commands, and lends them to whoever has a hook for them.
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
    // Taken now: later the framework adds what nobody wrote.
    this.document = documentOf(this.serverless.configurationInput, this.options);
    this.document.settings = { path: this.settingsFile(this.document.stage) };
  }

  // Where the framework has read the user's variables: in the stage's own file, if there is one.
  settingsFile(stage) {
    const isThere = (name) => fs.existsSync(path.join(this.serverless.serviceDir, name));
    return [`.env.${stage}`, '.env'].find(isThere);
  }

  // What the framework would do by itself is to zip the whole folder.
  packageNothing() {
    for (const definition of Object.values(this.serverless.service.functions)) {
      definition.package = { disable: true };
    }
  }

  async run(command) {
    const words = [command.replace(' ', '-'), ...flagsOf(command, this.options)];
    const status = await handOver(this.serverless.serviceDir, words, this.document);
    // One sentence on standard error says why; the framework would add a page to it.
    if (status !== 0) process.exit(status);
  }

  refuse(sentence) {
    if (sentence && !this.serverless.processedInput.isHelpRequest) {
      throw new this.serverless.classes.Error(sentence, 'TENCENT_CONFIGURATION');
    }
  }
}

module.exports = Tencent;
