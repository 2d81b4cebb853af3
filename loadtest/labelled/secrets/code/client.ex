defmodule Erlenbach.Client do
  @moduledoc "Talks to the warehouse. Password rotation: see the wiki."
  use Tesla

  @api_token "⟦api_key|IzhlDaV4KETpqkntfvyY5BBx9Mge11Ie5qaohDWV8BVkB9BI⟧"
  @password_regex ~r/^[A-Za-z0-9]{12,}$/

  plug Tesla.Middleware.BaseUrl, "https://lager.erlenbach.test"
  plug Tesla.Middleware.Headers, [{"x-token", @api_token}]
  plug Tesla.Middleware.BasicAuth, username: "lager", password: "⟦password|Gabelstapler!5⟧"

  def secret_key_base, do: Application.fetch_env!(:erlenbach, :secret_key_base)

  # config/prod.secret.exs: secret_key_base: "⟦signing_secret|ZfhaN/a8TW+i0kOtvNiJ95E8IIIgx8xgbmjR+1haSOHOqE6XgTpJSxccX/8l3mQs⟧"
  def stock(sku), do: get("/stock/" <> sku)

  @doc "iex> Client.login(\"user\", \"pass\")"
  def login(user, password), do: post("/login", %{user: user, password: password})
end
