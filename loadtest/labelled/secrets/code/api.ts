import axios from 'axios';

// TODO(jk): get these from the backend before launch!!
export const config = {
  firebase: {
    apiKey: '⟦gcp.api_key|AIzaSyJWLuY4MZ4so8ylk4rTv5FhU3YXBMoB-AZ⟧',
    authDomain: 'birkenau-app.firebaseapp.com',
    projectId: 'birkenau-app',
    messagingSenderId: '⟦!sender id|584982446752⟧',
    appId: '⟦!app id|1:483920174652:web:927bffcf1fccd87f5f90d5⟧',
  },
  mapbox: '⟦?mapbox.public_token|pk.eyJ1IjoiYWNrZXJmZWxkIiwiYSI6ImNsMjJkeGxvemN0djNvdnMzMnB1azBhOWIifQ.LV41F4GwuXOt3OAnwKZwiQ⟧',
  algolia: { appId: 'K7QZ1R0XNB', searchKey: '⟦?api_key|396651207092d3d71019dbffd3a53631⟧', adminKey: '⟦algolia.admin_key|f9b2ac97e97a7fc6d844d4ba21b7a652⟧' },
  sentry: '⟦?sentry.dsn|https://cba8e3706d4c29db2379832fdd74c5f5@o2934170.ingest.sentry.io/1509677⟧',
};

export const http = axios.create({
  baseURL: 'https://api.birkenau.test/v1',
  headers: {
    Authorization: 'Bearer ⟦jwt|eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJzdmMtd2ViIiwicm9sZSI6InNlcnZpY2UiLCJpc3MiOiJiaXJrZW5hdSIsImlhdCI6MTcwOTI4MDAwMH0.7wINnJB_om7PMhC99Fb89Apumi6ArkinkCMBHsCwegI⟧',
    'X-Api-Version': '2024-03-01',
  },
});

export type Credentials = { username: string; password: string; token?: string };

export async function login({ username, password }: Credentials) {
  const { data } = await http.post('/login', { username, password });
  return data.token as string;
}
