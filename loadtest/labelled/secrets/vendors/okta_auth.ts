import { Client } from '@okta/okta-sdk-nodejs';
import { WebClient } from '@slack/web-api';

const okta = new Client({
  orgUrl: 'https://tannwald.okta.com',
  token: '⟦okta.api_token|003VYcX12rBPm36u85ybiT5u9IYvj1AjpmdLw9nQPX⟧',
});

const slack = new WebClient('⟦slack.token|xoxb-216539040111-5728875852264-uSe0evsQEHH6gxWwii4VV8rR⟧');
const SIGNING = '⟦slack.signing_secret|b2c692249a0054103cafc912a157b03b⟧';
const ZOOM = { accountId: 'jicXDEkIes6pAs0bpynekk', clientId: 'rGpR9dzSElt5IBtR92RVrx', clientSecret: '⟦zoom.client_secret|7gQBu7NFH7xCErwUEkZWsFOZ2DqYQ0JT⟧' };
const ONEPASSWORD = '⟦1password.service_account_token|ops_eyJzaWduSW5BZGRyZXNzIjoibXkuMXBhc3N3b3JkLmNvbSIsInVzZXJBdXRoIjp7Im1ldGhvZCI6IlNSUGctNDA5NiIsImFsZyI6IlBCRVMyZy1IUzI1NiIsIml0ZXJhdGlvbnMiOjY1MDAwMCwic2FsdCI6IlRrc21wWEJrZ1JGTjYycnZXeWNTc3cifSwiZW1haWwiOiI2ZHdwNmpjNnZvZTNAMXBhc3N3b3Jkc2VydmljZWFjY291bnRzLmNvbSIsInNycFgiOiIxYjBlZDY0MDViOTdmMmVlNDkwMDc2ZGFhYmE3MWNhNzk5N2M2ZDg5MzE4MTc5OTA5OGIzNzEwNzEzZjJiOWUzIiwiZGV2aWNlVXVpZCI6InRxNm54ZHhxbmhoMXl6bXd3c3gzc2MwMTdyIn0⟧';
const CLOUDINARY_URL = '⟦cloudinary.url|cloudinary://615790955258506:Quu6CS8cDlPOyOffKDqyGgYIcKY@tannwald⟧';

export async function deactivate(login: string) {
  const user = await okta.userApi.getUser({ userId: login });
  await okta.userApi.deactivateUser({ userId: user.id! });
  await slack.chat.postMessage({ channel: '⟦!channel id|C04K2LMN9QX⟧', text: `${login} ist raus` });
}

// tests mock the token: { token: '⟦!placeholder|00xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx⟧' }
export { SIGNING, ZOOM, ONEPASSWORD, CLOUDINARY_URL };
