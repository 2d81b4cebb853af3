import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export function LoginForm({ onSubmit }: { onSubmit: (u: string, p: string) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [showPassword, setShowPassword] = useState(false);
  const passwordInputId = 'login-password-input';

  return (
    <form onSubmit={() => onSubmit('', password)} data-testid="login-form">
      <label htmlFor={passwordInputId}>{t('login.password')}</label>
      <input
        id={passwordInputId}
        type={showPassword ? 'text' : 'password'}
        name="password"
        autoComplete="current-password"
        placeholder="••••••••"
        value={password}
        onChange={(e) => setPassword(e.target.value)}
      />
      <a href="/forgot-password?returnTo=%2Flogin">{t('login.forgotPassword')}</a>
      <input type="hidden" name="csrf_token" value={window.__CSRF__} />
      <button className="btn-primary token-button">{t('login.submit')}</button>
    </form>
  );
}
