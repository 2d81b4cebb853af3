using System;
using System.Data.SqlClient;
using System.Net.Http;
using System.Net.Http.Headers;

namespace Haffner.Billing
{
    public class PaymentGateway
    {
        // prod
        private const string ConnStr = "⟦connection_string|Server=sql-prod-02;Database=Billing;User Id=billing_svc;Password=Zw!bel9Kuchen;Encrypt=True⟧";
        // test
        // private const string ConnStr = "Server=(localdb)\\MSSQLLocalDB;Database=Billing;Integrated Security=true";

        private readonly HttpClient _http = new HttpClient { BaseAddress = new Uri("https://api.mollie.com/v2/") };

        public PaymentGateway(string apiKey = "⟦mollie.api_key|live_ERQn7i52hHcxUqwBMtKiOmB58E1b6G⟧")
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        public SqlConnection Open()
        {
            var c = new SqlConnection(ConnStr);
            c.Open();
            return c;
        }

        public static readonly Guid TenantId = new Guid("⟦!guid|c726be7d-63cb-4139-b6bf-3bd43d694393⟧");

        public string Password { get; set; } = string.Empty;
        public string PasswordHash { get; private set; }
        public string ConfirmPassword { get; set; } = null;
    }
}
