// one-off, 2024-06-12. Moves everything from the old account to the new one.
import { S3Client, CopyObjectCommand } from '@aws-sdk/client-s3';

const from = new S3Client({
  region: 'eu-west-1',
  credentials: { accessKeyId: '⟦aws.access_key_id|AKIAUSZCRVRJWER5KJLV⟧', secretAccessKey: '⟦aws.secret_access_key|0r7C+OvYvewLsfK4ZtGOALG6rOECv4Hr3UoN69ma⟧' },
});
const to = new S3Client({
  region: 'eu-central-1',
  credentials: {
    accessKeyId: '⟦aws.access_key_id|ASIASBEAO33NKPFKYGTO⟧',
    secretAccessKey: '⟦aws.secret_access_key|WLTCILOFYOcNEcLVCQ6ofsh1sNtbUtUbGDl9rn+S⟧',
    sessionToken: '⟦aws.session_token|IQoJb3JpZ2luX2VjMaQrf+y49DZ/x/qXFkKo6i2kk9HCobdTlXbLVI1ZNfLBbq1IKn7ZHKeYkgJK5+171dewl/rYu43MYfrGxCoZoWEDjIij/5l25Y2wkp9wzi3imMjlxf5oVtFmiJx9VenoIHwBpIp14Z6CkKtujzW7yMumAN3QwB3q35STfXKAS/WWrfb8g0WxsJ4XzAj+Dnqvd4qc6sPazn6G6PsmUbUBLCFxjWeB5YnZmGrTNG1rUhqqep8DSNZZGV0giPDMPWip+GyZX5x82ru05a3Yd/mTbc3zVQ4hxVzXHkrmpbNssagJsmQ6f2CICyTk0HDRJkOnNXJG+1Mbl1YRvWE5/kbZAYeyayDdOeOwMA/JLFTS1FGBknTc+hm87E/ADbE3BCIJUblxCtSbmpUJtPvQ⟧',
  },
});
const cloudfront = { keyPairId: '⟦!key pair id, public|K2AQL6UUHH2A99⟧', distribution: 'E19W410OP20JJJ' };
const etag = '"⟦!etag|2f84c7f0c59c8f822d1a82a988f32f3c-4⟧"';
const roleId = '⟦!unique id of a role, no key|AROAGUPZ0UNST8FGN7FUF⟧';

for (const k of process.argv.slice(2)) {
  await to.send(new CopyObjectCommand({ Bucket: 'neu', CopySource: `alt/${k}`, Key: k }));
}
export { from, cloudfront, etag, roleId };
