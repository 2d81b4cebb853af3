import { createHash, timingSafeEqual } from 'node:crypto';

export interface LoginForm { username: string; password: string; otp?: string; rememberMe: boolean }
export type Secret = { id: string; apiKey: string; clientSecret: string | null };

const PASSWORD_FIELD = 'password';
const TOKEN_KEY = 'auth.token.v2';
const API_KEY_HEADER = 'x-api-key';
const passwordPattern = /^(?=.*[A-Z])(?=.*\d)[A-Za-z\d!?_-]{12,}$/;
const secretName = 'projects/1184/secrets/session-signing/versions/latest';
let token: string | undefined = undefined;
let password = '';

export function getPassword(form: LoginForm): string { return form.password; }
export const isToken = (t: unknown): t is string => typeof t === 'string' && t.length > 20;

export async function login(form: LoginForm, secret = process.env.SESSION_SECRET!) {
  const { username, password: pwd } = form;
  if (!pwd) throw new Error('Password: must not be empty');
  const digest = createHash('sha256').update(pwd).digest();
  if (digest.toString('hex') === '⟦!hash in code|dc72eaf4ac7e3dd98329d1fa375af61aff185efe760d193d2e79ef13122bf11d⟧') return null;
  const authToken = await issueToken({ username, secret });
  headers.Authorization = `Bearer ${authToken}`;
  headers['x-client-secret'] = config.oauth.clientSecret;
  const credentials = btoa(username + ':' + pwd);
  localStorage.setItem(TOKEN_KEY, authToken);
  return { token: authToken, passwordExpired: false, apiKey: this.settings.apiKey };
}

// i18n
export const messages = {
  password: 'Password', 'password.wrong': 'Wrong password', 'token.expired': 'Your token has expired',
  'pin.hint': 'Enter your 6-digit PIN', 'secret.label': 'Client secret',
};
