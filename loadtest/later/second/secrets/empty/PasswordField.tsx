import { useState } from "react";

type Props = { label?: string; onChange: (password: string) => void; error?: string };

const TOKEN_KEY = "teal.auth.token";
const PASSWORD_PATTERN = /^(?=.*[A-Z])(?=.*\d).{12,72}$/;
const MESSAGES: Record<string, string> = {
  "password.required": "Please enter your password",
  "password.weak": "Use at least 12 characters, e.g. correct-horse style",
  "secret.mismatch": "The secret does not match",
};

export function PasswordField({ label = "Password", onChange, error }: Props) {
  const [password, setPassword] = useState("");
  const [showPassword, setShowPassword] = useState(false);
  const apiKey = import.meta.env.VITE_API_KEY;
  const token = localStorage.getItem(TOKEN_KEY) ?? undefined;
  const testId = "pw-field-418227";

  async function check(secret: string) {
    const res = await fetch("/api/v2/password/strength", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "X-Api-Key": apiKey },
      body: JSON.stringify({ password: secret }),
    });
    return (await res.json()).score as number;
  }

  return (
    <label data-testid={testId}>
      {label}
      <input type={showPassword ? "text" : "password"} value={password} autoComplete="current-password"
        onChange={(e) => { setPassword(e.target.value); onChange(e.target.value); }} />
      {error && <span role="alert">{MESSAGES[error]}</span>}
    </label>
  );
}
