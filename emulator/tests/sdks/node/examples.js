// What the pages of the official SDK for Node.js show of buckets and objects, one row each, against
// an emulator that runs. It prints JSON: what was raised, by the name of the example, or null.
//
// Each example begins with a bucket of its own, in which a few objects are. Its name is that of the
// method, with what the page does with it.

const assert = require("assert");
const fs = require("fs");
const http = require("http");
const os = require("os");
const path = require("path");
const COS = require("cos-nodejs-sdk-v5");

const url = process.env.COSLOCAL_URL;
const keys = {
  SecretId: process.env.TENCENTCLOUD_SECRET_ID,
  SecretKey: process.env.TENCENTCLOUD_SECRET_KEY,
};
const cos = new COS({ ...keys, Protocol: "http:", Proxy: url, FileParallelLimit: 3, ChunkSize: 1048576 });
const Bucket = process.env.COSLOCAL_BUCKET;
const Region = process.env.TENCENTCLOUD_REGION;
const appid = Bucket.split("-").pop();
const here = { Bucket, Region };
const object = { ...here, Key: "exampleobject" };
const other = { Bucket: `other-${appid}`, Region };
const host = `${Bucket}.cos.${Region}.myqcloud.com`;
const user = "qcs::cam::uin/100000000011:uin/100000000011";
const owner = "qcs::cam::uin/100000000001:uin/100000000001";
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "examples-"));
const file = path.join(folder, "temp-file-to-upload");
const large = Buffer.alloc(3 * 1048576, "large");

function send(method, target, body) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.request({ hostname, port, method, path: target, headers: hostOf(target) }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

const hostOf = (target) => (target.startsWith("http") ? { Host: new URL(target).host } : {});

async function text(Key, more = {}) {
  return (await cos.getObject({ ...here, Key, ...more })).Body.toString();
}

function called(method, params) {
  return new Promise((resolve, reject) =>
    cos[method](params, (error, data) => (error ? reject(error) : resolve(data))));
}

async function twoParts(Key) {
  const { UploadId } = await cos.multipartInit({ ...here, Key });
  const part = { ...here, Key, UploadId, PartNumber: 1, Body: large.subarray(0, 1048576) };
  const { ETag } = await cos.multipartUpload(part);
  return { UploadId, Parts: [{ PartNumber: 1, ETag }] };
}

// A setting: what its put, get and delete do, a row each.
function setting(name, put, found, { get = {}, without, remove = `deleteBucket${name}` } = {}) {
  const rows = {
    [`putBucket${name}`]: () => cos[`putBucket${name}`]({ ...here, ...put }),
    [`getBucket${name}`]: async () => {
      await cos[`putBucket${name}`]({ ...here, ...put });
      found(await cos[`getBucket${name}`]({ ...here, ...get }));
    },
  };
  if (remove) {
    rows[remove] = async () => {
      await cos[`putBucket${name}`]({ ...here, ...put });
      await cos[remove]({ ...here, ...get });
      if (without) without(await cos[`getBucket${name}`]({ ...here, ...get }));
      else await assert.rejects(cos[`getBucket${name}`]({ ...here, ...get }), { statusCode: 404 });
    };
  }
  return rows;
}

const rule = {
  AllowedOrigin: ["*"],
  AllowedMethod: ["GET", "POST", "PUT", "DELETE", "HEAD"],
  AllowedHeader: ["*"],
  ExposeHeader: ["ETag", "x-cos-acl"],
  MaxAgeSeconds: "5",
};
const policy = {
  version: "2.0",
  Statement: [
    {
      Effect: "allow",
      Principal: { qcs: [owner] },
      Action: ["name/cos:PutObject", "name/cos:ListParts"],
      Resource: [`qcs::cos:${Region}:uid/${appid}:${Bucket}/*`],
    },
  ],
};
const inventory = () => ({
  Id: "inventory_test",
  InventoryConfiguration: {
    Id: "inventory_test",
    IsEnabled: "true",
    Destination: {
      COSBucketDestination: {
        Format: "CSV",
        AccountId: "100000000001",
        Bucket: `qcs::cos:${Region}::${Bucket}`,
        Prefix: "inventory",
        Encryption: { SSECOS: "" },
      },
    },
    Schedule: { Frequency: "Daily" },
    Filter: { Prefix: "myPrefix" },
    IncludedObjectVersions: "All",
    OptionalFields: ["Size", "LastModifiedDate", "ETag"],
  },
});
const lifecycle = [
  { ID: "1", Status: "Enabled", Filter: {}, Transition: { Days: "30", StorageClass: "STANDARD_IA" } },
  { ID: "2", Status: "Enabled", Filter: { Prefix: "dir/" }, Expiration: { Days: "180" } },
];
const origin = {
  RulePriority: 1,
  OriginType: "Mirror",
  OriginCondition: { HTTPStatusCode: 404, Prefix: "" },
  OriginParameter: { Protocol: "HTTP", FollowRedirection: "true", HttpRedirectCode: ["302"] },
  OriginInfo: { HostInfo: { HostName: "www.example.com" }, FileInfo: { PrefixConfiguration: { Prefix: "a/" } } },
};
const tags = [{ Key: "k1", Value: "v1" }, { Key: "k2", Value: "v2" }];
const encryption = { Rule: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }] };
const replication = {
  Role: owner,
  Rules: [
    { ID: "1", Status: "Enabled", Prefix: "sync/", Destination: { Bucket: `qcs::cos:ap-beijing::backup-${appid}` } },
  ],
};
const csv = {
  Expression: "Select * from COSObject",
  ExpressionType: "SQL",
  InputSerialization: { CompressionType: "NONE", CSV: { FileHeaderInfo: "NONE" } },
  OutputSerialization: { CSV: {} },
};

const EXAMPLES = {
  // buckets
  "getService": async () => assert((await cos.getService()).Buckets.some((one) => one.Name === Bucket)),
  "getService: of a region": async () => assert((await cos.getService({ Region })).Buckets.length >= 1),
  "getService: with a tag": async () => {
    await cos.putBucketTagging({ ...here, Tagging: { Tags: tags } });
    const found = await cos.getService({ TagKey: "k1", TagValue: "v1", MaxKeys: 10 });
    assert.deepStrictEqual(found.Buckets.map((one) => one.Name), [Bucket]);
  },
  "getService: created before": async () => {
    assert.strictEqual((await cos.getService({ CreateTime: 1704038400, CreateRange: "lt" })).Buckets.length, 0);
  },
  "putBucket": () => cos.putBucket(other),
  "putBucket: in several zones": () => cos.putBucket({ ...other, BucketAZConfig: "MAZ" }),
  "putBucket: with an ACL": () => cos.putBucket({ ...other, ACL: "public-read" }),
  "headBucket": () => cos.headBucket(here),
  "deleteBucket": async () => {
    await cos.putBucket(other);
    await cos.deleteBucket(other);
    await assert.rejects(cos.headBucket(other), { statusCode: 404 });
  },
  "getBucketLocation": async () =>
    assert.strictEqual((await cos.getBucketLocation(here)).LocationConstraint, Region),
  "getBucket": async () => {
    const found = await cos.getBucket({ ...here, Prefix: "a/" });
    assert.deepStrictEqual(found.Contents.map((one) => one.Key), ["a/1", "a/b/2"]);
  },
  "getBucket: folders": async () => {
    const found = await cos.getBucket({ ...here, Prefix: "a/", Delimiter: "/" });
    assert.deepStrictEqual(found.CommonPrefixes.map((one) => one.Prefix), ["a/b/"]);
  },
  "getBucket: page by page": async () => {
    const found = [];
    let Marker;
    do {
      const page = await cos.getBucket({ ...here, MaxKeys: 2, Marker });
      found.push(...page.Contents.map((one) => one.Key));
      Marker = page.IsTruncated === "true" ? page.NextMarker : undefined;
    } while (Marker);
    assert.deepStrictEqual(found, ["a/1", "a/b/2", "exampleobject"]);
  },
  "putBucketAcl": () => cos.putBucketAcl({ ...here, ACL: "public-read" }),
  "putBucketAcl: for users": () =>
    cos.putBucketAcl({ ...here, GrantFullControl: `id="${owner}",id="${user}"` }),
  "putBucketAcl: as a document": () =>
    cos.putBucketAcl({
      ...here,
      AccessControlPolicy: { Owner: { ID: owner }, Grants: [{ Grantee: { ID: user }, Permission: "WRITE" }] },
    }),
  "getBucketAcl": async () => {
    await cos.putBucketAcl({ ...here, ACL: "public-read" });
    assert.strictEqual((await cos.getBucketAcl(here)).ACL, "public-read");
  },
  ...setting("Cors", { CORSRules: [rule] },
    (found) => assert.deepStrictEqual(found.CORSRules[0].AllowedOrigins, ["*"]),
    { without: (found) => assert.strictEqual(found.CORSRules.length, 0) }),
  ...setting("Policy", { Policy: policy }, (found) => assert.strictEqual(found.Policy.version, "2.0")),
  ...setting("Tagging", { Tagging: { Tags: tags } }, (found) => assert.deepStrictEqual(found.Tags, tags),
    { without: (found) => assert.strictEqual(found.Tags.length, 0) }),
  ...setting("Lifecycle", { LifecycleConfiguration: { Rules: lifecycle } },
    (found) => assert.strictEqual(found.Rules.length, 2),
    { without: (found) => assert.strictEqual(found.Rules.length, 0) }),
  ...setting("Versioning", { VersioningConfiguration: { Status: "Enabled" } },
    (found) => assert.strictEqual(found.VersioningConfiguration.Status, "Enabled"), { remove: "" }),
  ...setting("Replication", { ReplicationConfiguration: replication },
    (found) => assert.strictEqual(found.ReplicationConfiguration.Rules.length, 1)),
  ...setting("Website", { WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } },
    (found) => assert.strictEqual(found.WebsiteConfiguration.IndexDocument.Suffix, "index.html"),
    { without: (found) => assert.deepStrictEqual(found.WebsiteConfiguration, {}) }),
  ...setting("Referer",
    { RefererConfiguration: { Status: "Enabled", RefererType: "White-List", DomainList: { Domains: ["*.qq.com"] } } },
    (found) => assert.strictEqual(found.RefererConfiguration.Status, "Enabled"), { remove: "" }),
  ...setting("Domain", { DomainRule: [{ Status: "DISABLED", Name: "www.example.com", Type: "REST" }] },
    (found) => assert.strictEqual(found.DomainRule[0].Name, "www.example.com")),
  ...setting("Origin", { OriginRule: [origin] },
    (found) => assert.strictEqual(found.OriginRule[0].OriginType, "Mirror")),
  ...setting("Logging",
    { BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "logging" } } },
    (found) => assert.strictEqual(found.BucketLoggingStatus.LoggingEnabled.TargetPrefix, "logging"), { remove: "" }),
  "putBucketLogging: to switch it off": () => cos.putBucketLogging({ ...here, BucketLoggingStatus: "" }),
  "putBucketInventory": () => cos.putBucketInventory({ ...here, ...inventory() }),
  "getBucketInventory": async () => {
    await cos.putBucketInventory({ ...here, ...inventory() });
    const found = await cos.getBucketInventory({ ...here, Id: "inventory_test" });
    assert.strictEqual(found.InventoryConfiguration.Id, "inventory_test");
  },
  "listBucketInventory": async () => {
    await cos.putBucketInventory({ ...here, ...inventory() });
    assert.strictEqual((await cos.listBucketInventory(here)).InventoryConfigurations.length, 1);
  },
  "deleteBucketInventory": async () => {
    await cos.putBucketInventory({ ...here, ...inventory() });
    await cos.deleteBucketInventory({ ...here, Id: "inventory_test" });
    const found = await cos.listBucketInventory(here);
    assert(!found.InventoryConfigurations || found.InventoryConfigurations.length === 0);
  },
  ...setting("Accelerate", { AccelerateConfiguration: { Status: "Enabled" } },
    (found) => assert.strictEqual(found.AccelerateConfiguration.Status, "Enabled"), { remove: "" }),
  ...setting("Encryption", { ServerSideEncryptionConfiguration: encryption },
    (found) => assert.strictEqual(found.statusCode, 200)),

  // objects
  "putObject": () =>
    cos.putObject({ ...object, StorageClass: "STANDARD", Body: fs.createReadStream(file), onProgress() {} }),
  "putObject: bytes": async () => {
    await cos.putObject({ ...object, Body: Buffer.from("hello!") });
    assert.strictEqual(await text("exampleobject"), "hello!");
  },
  "putObject: text": () => cos.putObject({ ...object, Body: "hello!" }),
  "putObject: a folder": () => cos.putObject({ ...here, Key: "folder/", Body: "" }),
  "putObject: into a folder": () => cos.putObject({ ...here, Key: "folder/exampleobject", Body: "hello!" }),
  "putObject: with headers": async () => {
    await cos.putObject({ ...object, Body: "x", Headers: { "x-cos-meta-test": 123 }, ContentType: "text/html" });
    const { headers } = await cos.headObject(object);
    assert.deepStrictEqual([headers["x-cos-meta-test"], headers["content-type"]], ["123", "text/html"]);
  },
  "putObject: at a limited speed": () =>
    cos.putObject({ ...object, Body: "x", Headers: { "x-cos-traffic-limit": 819200 } }),
  "putObject: with a callback": () => called("putObject", { ...object, Body: "hello!" }),
  "putObject: encrypted": async () => {
    await cos.putObject({ ...object, Body: "x", ServerSideEncryption: "AES256" });
    const { headers } = await cos.headObject(object);
    assert.strictEqual(headers["x-cos-server-side-encryption"], "AES256");
  },
  "headObject": async () => assert.strictEqual((await cos.headObject(object)).statusCode, 200),
  "headObject: of nothing": () => assert.rejects(cos.headObject({ ...here, Key: "none" }), { statusCode: 404 }),
  "getObject": async () => assert.strictEqual(await text("exampleobject"), "0123456789"),
  "getObject: a range": async () => assert.strictEqual(await text("exampleobject", { Range: "bytes=1-3" }), "123"),
  "getObject: into a file": async () => {
    const Output = path.join(folder, "received");
    await cos.getObject({ ...object, Output });
    assert.strictEqual(fs.readFileSync(Output, "utf8"), "0123456789");
  },
  "getObject: into a stream": async () => {
    const received = path.join(folder, "streamed");
    await cos.getObject({ ...object, Output: fs.createWriteStream(received) });
    assert.strictEqual(fs.readFileSync(received, "utf8"), "0123456789");
  },
  "getObject: with other headers": async () => {
    const found = await cos.getObject({ ...object, ResponseContentType: "text/x" });
    assert.strictEqual(found.headers["content-type"], "text/x");
  },
  "getObject: a version": async () => {
    await cos.putBucketVersioning({ ...here, VersioningConfiguration: { Status: "Enabled" } });
    const { VersionId } = await cos.putObject({ ...object, Body: "first" });
    await cos.putObject({ ...object, Body: "second" });
    assert.strictEqual(await text("exampleobject", { VersionId }), "first");
  },
  "getObjectStream": async () => {
    const parts = [];
    for await (const part of cos.getObjectStream(object)) parts.push(part);
    assert.strictEqual(Buffer.concat(parts).toString(), "0123456789");
  },
  "downloadFile": async () => {
    await cos.putObject({ ...object, Body: large });
    const FilePath = path.join(folder, "downloaded");
    await cos.downloadFile({ ...object, FilePath, ChunkSize: 1048576, ParallelLimit: 2, RetryTimes: 1 });
    assert(fs.readFileSync(FilePath).equals(large));
  },
  "listObjectVersions": async () => {
    await cos.putBucketVersioning({ ...here, VersioningConfiguration: { Status: "Enabled" } });
    await cos.putObject({ ...object, Body: "second" });
    const found = await cos.listObjectVersions({ ...here, Prefix: "exampleobject" });
    assert.strictEqual(found.Versions.length, 2);
  },
  "deleteObject": async () => {
    await cos.deleteObject(object);
    await assert.rejects(cos.headObject(object), { statusCode: 404 });
  },
  "deleteObject: a folder": async () => {
    const { Contents } = await cos.getBucket({ ...here, Prefix: "a/" });
    await cos.deleteMultipleObject({ ...here, Objects: Contents.map(({ Key }) => ({ Key })) });
    assert.strictEqual((await cos.getBucket({ ...here, Prefix: "a/" })).Contents.length, 0);
  },
  "deleteMultipleObject": async () => {
    const Objects = [{ Key: "exampleobject" }, { Key: "中文/中文.zip", VersionId: "MTg0NDY3NDI1MzM4NzM0ODA2MTI" }];
    const { Deleted, Error: failed } = await cos.deleteMultipleObject({ ...here, Objects });
    assert((Deleted || []).some((one) => one.Key === "exampleobject"), JSON.stringify(failed));
  },
  "putObjectAcl": () => cos.putObjectAcl({ ...object, ACL: "default" }),
  "putObjectAcl: for users": () => cos.putObjectAcl({ ...object, GrantFullControl: `id="${owner}"` }),
  "putObjectAcl: as a document": () =>
    cos.putObjectAcl({
      ...object,
      AccessControlPolicy: { Owner: { ID: owner }, Grants: [{ Grantee: { ID: user }, Permission: "READ" }] },
    }),
  "getObjectAcl": async () => {
    await cos.putObjectAcl({ ...object, ACL: "public-read" });
    assert.strictEqual((await cos.getObjectAcl(object)).ACL, "public-read");
  },
  "optionsObject": async () => {
    await cos.putBucketCors({ ...here, CORSRules: [rule] });
    const asked = { Origin: "https://www.qq.com", AccessControlRequestMethod: "PUT" };
    const found = await cos.optionsObject({ ...object, ...asked, AccessControlRequestHeaders: "origin,accept" });
    assert(found.AccessControlAllowMethods.includes("PUT"));
  },
  "restoreObject": async () => {
    await cos.putObject({ ...object, Body: "x", StorageClass: "ARCHIVE" });
    await cos.restoreObject({ ...object, RestoreRequest: { Days: 1, CASJobParameters: { Tier: "Expedited" } } });
    assert.strictEqual(await text("exampleobject"), "x");
  },
  "putObjectTagging": () => cos.putObjectTagging({ ...object, Tags: tags }),
  "getObjectTagging": async () => {
    await cos.putObjectTagging({ ...object, Tags: tags });
    assert.deepStrictEqual((await cos.getObjectTagging(object)).Tags, tags);
  },
  "deleteObjectTagging": async () => {
    await cos.putObjectTagging({ ...object, Tags: tags });
    await cos.deleteObjectTagging(object);
    assert.strictEqual((await cos.getObjectTagging(object)).Tags.length, 0);
  },
  "selectObjectContent": async () => {
    await cos.putObject({ ...object, Body: "a,1\nb,2\n" });
    const found = await cos.selectObjectContent({ ...object, SelectType: 2, SelectRequest: csv });
    assert.strictEqual(String(found.Payload), "a,1\nb,2\n");
  },
  "selectObjectContentStream": async () => {
    await cos.putObject({ ...object, Body: "a,1\nb,2\n" });
    const parts = [];
    const asked = { ...object, SelectType: 2, SelectRequest: csv };
    for await (const part of cos.selectObjectContentStream(asked, () => {})) parts.push(Buffer.from(part));
    assert.strictEqual(Buffer.concat(parts).toString(), "a,1\nb,2\n");
  },
  "putObjectCopy": async () => {
    await cos.putObjectCopy({ ...here, Key: "copy", CopySource: `${host}/exampleobject` });
    assert.strictEqual(await text("copy"), "0123456789");
  },
  "putObjectCopy: with another class": async () => {
    const how = { MetadataDirective: "Replaced", StorageClass: "STANDARD_IA" };
    await cos.putObjectCopy({ ...object, CopySource: `${host}/exampleobject`, ...how });
    const { headers } = await cos.headObject(object);
    assert.strictEqual(headers["x-cos-storage-class"], "STANDARD_IA");
  },
  "putObjectCopy: moved": async () => {
    await cos.putObjectCopy({ ...here, Key: "moved", CopySource: `${host}/exampleobject` });
    await cos.deleteObject(object);
    assert.strictEqual(await text("moved"), "0123456789");
  },
  "sliceCopyFile": async () => {
    await cos.putObject({ ...object, Body: large });
    const how = { CopySource: `${host}/exampleobject`, CopySliceSize: 2097152, onProgress() {} };
    await cos.sliceCopyFile({ ...here, Key: "copy", ...how });
    assert((await cos.getObject({ ...here, Key: "copy" })).Body.equals(large));
  },
  "appendObject": async () => {
    const begun = await cos.appendObject({ ...here, Key: "grows", Body: "12345", Position: 0 });
    await cos.appendObject({ ...here, Key: "grows", Body: "6", Position: begun.headers["x-cos-next-append-position"] });
    assert.strictEqual(await text("grows"), "123456");
  },

  // uploads in parts
  "multipartInit": async () => assert((await cos.multipartInit(object)).UploadId),
  "multipartUpload": () => twoParts("parts"),
  "uploadPartCopy": async () => {
    const { UploadId } = await cos.multipartInit({ ...here, Key: "parts" });
    const part = { ...here, Key: "parts", UploadId, PartNumber: 1, CopySource: `${host}/exampleobject` };
    assert((await cos.uploadPartCopy(part)).ETag);
  },
  "multipartComplete": async () => {
    const { UploadId, Parts } = await twoParts("parts");
    await cos.multipartComplete({ ...here, Key: "parts", UploadId, Parts });
    assert.strictEqual((await cos.headObject({ ...here, Key: "parts" })).headers["content-length"], "1048576");
  },
  "multipartList": async () => {
    await twoParts("parts");
    assert.strictEqual((await cos.multipartList({ ...here, Prefix: "parts" })).Upload.length, 1);
  },
  "multipartListPart": async () => {
    const { UploadId } = await twoParts("parts");
    assert.strictEqual((await cos.multipartListPart({ ...here, Key: "parts", UploadId })).Part.length, 1);
  },
  "multipartAbort": async () => {
    const { UploadId } = await twoParts("parts");
    await cos.multipartAbort({ ...here, Key: "parts", UploadId });
    assert.strictEqual((await cos.multipartList(here)).Upload.length, 0);
  },
  "abortUploadTask: one": async () => {
    const { UploadId } = await twoParts("parts");
    await cos.abortUploadTask({ ...here, Key: "parts", UploadId, Level: "task" });
  },
  "abortUploadTask: of a key": async () => {
    await twoParts("parts");
    await cos.abortUploadTask({ ...here, Key: "parts", Level: "file" });
    assert.strictEqual((await cos.multipartList(here)).Upload.length, 0);
  },
  "abortUploadTask: of a bucket": async () => {
    await twoParts("parts");
    await cos.abortUploadTask({ ...here, Level: "bucket" });
    assert.strictEqual((await cos.multipartList(here)).Upload.length, 0);
  },
  "uploadFile": async () => {
    await cos.uploadFile({ ...object, FilePath: file, SliceSize: 1048576, onTaskReady() {}, onProgress() {} });
    assert((await cos.getObject(object)).Body.equals(large));
  },
  "uploadFile: small": () => cos.uploadFile({ ...object, FilePath: __filename, SliceSize: 5 * 1048576 }),
  "sliceUploadFile": async () => {
    await cos.sliceUploadFile({ ...object, FilePath: file, onHashProgress() {}, onProgress() {} });
    assert((await cos.headObject(object)).ETag.includes("-3"));
  },
  "sliceUploadFile: resumed": async () => {
    const { UploadId } = await cos.multipartInit(object);
    await cos.multipartUpload({ ...object, UploadId, PartNumber: 1, Body: large.subarray(0, 1048576) });
    const found = await cos.sliceUploadFile({ ...object, FilePath: file, ChunkSize: 1048576 });
    assert.strictEqual(found.UploadId, UploadId);
  },
  "uploadFiles": async () => {
    const files = ["1.zip", "2.zip"].map((Key) => ({ ...here, Key, FilePath: file }));
    const found = await cos.uploadFiles({ files, SliceSize: 1048576, onProgress() {}, onFileFinish() {} });
    assert(found.files.every((one) => !one.error));
  },
  "pauseTask, restartTask": async () => {
    const states = [];
    const onTaskStart = ({ id }) => {
      if (states.length) return;
      setImmediate(() => {
        cos.pauseTask(id);
        states.push(cos.getTaskList().find((one) => one.id === id).state);
        setTimeout(() => cos.restartTask(id), 20);
      });
    };
    await cos.sliceUploadFile({ ...object, FilePath: file, onTaskStart });
    assert.deepStrictEqual(states, ["paused"]);
    assert((await cos.getObject(object)).Body.equals(large));
  },
  "cancelTask": async () => {
    const state = await new Promise((resolve) => {
      const onTaskStart = ({ id }) => setImmediate(() => {
        cos.cancelTask(id);
        resolve(cos.getTaskList().find((one) => one.id === id).state);
      });
      cos.sliceUploadFile({ ...here, Key: "cancelled", FilePath: file, onTaskStart }, () => {});
    });
    assert.strictEqual(state, "canceled");
    await assert.rejects(cos.headObject({ ...here, Key: "cancelled" }), { statusCode: 404 });
  },

  // URLs and signatures
  "getObjectUrl": async () => {
    const answer = await send("GET", cos.getObjectUrl({ ...object, Sign: true }));
    assert.deepStrictEqual([answer.status, answer.body], [200, "0123456789"]);
  },
  "getObjectUrl: to upload": async () => {
    const { Url } = await called("getObjectUrl", { ...object, Method: "PUT", Sign: true });
    assert.strictEqual((await send("PUT", Url, "uploaded")).status, 200);
    assert.strictEqual(await text("exampleobject"), "uploaded");
  },
  "getObjectUrl: unsigned": async () => {
    await cos.putObjectAcl({ ...object, ACL: "public-read" });
    assert.strictEqual((await send("GET", cos.getObjectUrl({ ...object, Sign: false }))).body, "0123456789");
  },
  "getObjectUrl: until it ends": async () => {
    const { Url } = await called("getObjectUrl", { ...object, Sign: true, Expires: 3600 });
    assert.strictEqual((await send("GET", Url)).status, 200);
  },
  "getObjectUrl: with a name to save as": async () => {
    const Query = { "response-content-disposition": "attachment" };
    assert.strictEqual((await send("GET", cos.getObjectUrl({ ...object, Sign: true, Query }))).status, 200);
  },
  "getAuth": async () => {
    const sign = cos.getAuth({ ...object, Method: "GET", Expires: 60 });
    assert.strictEqual((await send("GET", `http://${host}/exampleobject?${sign}`)).status, 200);
  },
  "request": async () => {
    const answer = await cos.request({ ...object, Method: "GET", Action: "acl" });
    assert.strictEqual(answer.statusCode, 200);
  },
  "with temporary keys": async () => {
    const federated = { Name: "examples", Policy: encodeURIComponent(JSON.stringify(readable())), DurationSeconds: 900 };
    const temporary = await federate(federated);
    const limited = new COS({
      Protocol: "http:",
      Proxy: url,
      getAuthorization: (_options, callback) => callback(temporary),
    });
    assert.strictEqual((await limited.getObject(object)).Body.toString(), "0123456789");
    await assert.rejects(limited.deleteObject(object), { statusCode: 403 });
  },
};

const readable = () => ({
  version: "2.0",
  statement: [
    {
      action: ["name/cos:GetObject"],
      effect: "allow",
      principal: { qcs: ["*"] },
      resource: [`qcs::cos:${Region}:uid/${appid}:${Bucket}/*`],
    },
  ],
});

// STS as its older clients ask it: signed with HMAC-SHA1 over the sorted parameters.
async function federate(asked) {
  const now = Math.floor(Date.now() / 1000);
  const parameters = {
    ...asked,
    Action: "GetFederationToken",
    Version: "2018-08-13",
    Region,
    SecretId: keys.SecretId,
    Timestamp: now,
    Nonce: 1,
  };
  const listed = Object.keys(parameters).sort().map((name) => `${name}=${parameters[name]}`).join("&");
  const hmac = require("crypto").createHmac("sha1", keys.SecretKey);
  const Signature = hmac.update(`GETsts.tencentcloudapi.com/?${listed}`).digest("base64");
  const query = new URLSearchParams({ ...parameters, Signature });
  const { Response } = JSON.parse((await send("GET", `http://sts.tencentcloudapi.com/?${query}`)).body);
  assert(Response.Credentials, JSON.stringify(Response));
  return {
    TmpSecretId: Response.Credentials.TmpSecretId,
    TmpSecretKey: Response.Credentials.TmpSecretKey,
    SecurityToken: Response.Credentials.Token,
    StartTime: now,
    ExpiredTime: Response.ExpiredTime,
  };
}

async function main() {
  fs.writeFileSync(file, large);
  const endings = {};
  for (const [name, example] of Object.entries(EXAMPLES)) {
    try {
      assert.strictEqual((await send("DELETE", "/control/objects")).status, 200);
      for (const [Key, Body] of [["exampleobject", "0123456789"], ["a/1", "1"], ["a/b/2", "2"]]) {
        await cos.putObject({ ...here, Key, Body });
      }
      await example();
      endings[name] = null;
    } catch (error) {
      endings[name] = `${error.code || error.name}: ${error.message}`;
    }
  }
  fs.rmSync(folder, { recursive: true });
  const methods = Object.keys(COS.prototype).filter((name) => typeof COS.prototype[name] === "function");
  console.log(JSON.stringify({ endings, methods }));
}

main();
