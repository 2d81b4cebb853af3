module.exports = {
  apps: [
    {
      name: 'orders',
      script: 'dist/main.js',
      instances: 4,
      env_production: {
        NODE_ENV: 'production',
        PORT: 8080,
        MONGO_URL: '⟦url_credentials|mongodb+srv://orders:Apfelmus-zum-Kuchen@cluster0.x7k2p.mongodb.net/orders?retryWrites=true⟧',
        AMQP_URL: "⟦url_credentials|amqps://orders:9vLm2QxZ@mq.erlenbach.test:5671/%2f⟧",
        JWT_SECRET: '⟦signing_secret|ein sehr langes geheimnis, das niemand errät⟧',
        COOKIE_KEYS: '⟦signing_secret|pMiEr7x1jkZ0Zj29lFXLR1Pv⟧,⟦signing_secret|RstHz1RuISIcav4gmxKhYGIE⟧',
        PASSWORD_SALT_ROUNDS: 12,
        TOKEN_TTL: '15m',
        FIREBASE_TOKEN: '⟦firebase.refresh_token|1//09INrifABZtQMHuymeFlH0ls1BLhVVAl5l5JtIwc5oXcs21WfAFJ7ESRnDk4F84Lok6PhMtiz3NQKWyNss_NMKK54w7cNtH3n⟧',
        VERCEL_GIT_COMMIT_SHA: '⟦!git sha|73142407ff27cb3040dad5ed08f1f84903277ca7⟧',
      },
    },
  ],
};
