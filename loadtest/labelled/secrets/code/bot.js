const { Client, GatewayIntentBits } = require('discord.js');
const TelegramBot = require('node-telegram-bot-api');
const OpenAI = require('openai');

const client = new Client({ intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages] });
const tg = new TelegramBot('⟦telegram.bot_token|1107059887:AANfOOudrlDIN_0D9JPfuHaMlulXAvEq1w6⟧', { polling: true });
const openai = new OpenAI({ apiKey: '⟦openai.project_key|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⟧' });

const CHANNEL = '⟦!channel id|345463342028946205⟧';

tg.on('message', async (msg) => {
  const ch = await client.channels.fetch(CHANNEL);
  await ch.send(`**${msg.from.first_name}**: ${msg.text}`);
});

client.on('messageCreate', async (m) => {
  if (m.author.bot || !m.content.startsWith('!frag ')) return;
  const r = await openai.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: m.content.slice(6) }],
    max_tokens: 400,
  });
  await m.reply(r.choices[0].message.content);
});

// old one, revoked??  ⟦openai.api_key|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⟧
client.login('⟦discord.bot_token|NzY5NzYxOTE4MzI4Mzc5OTA1.GbS6yK.JYgClQXOVauutFITTzij6IkRCU1I4DcgPXrU2D⟧');
