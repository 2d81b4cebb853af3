namespace Haffner.Sign.Tests;

public class SignTest
{
    // generated for the test, never used elsewhere
    private const string Key = @"⟦private_key|-----BEGIN RSA PRIVATE KEY-----
MIICXAIBAAKBgQDZxl9z+aaXxDnxkMkTOr2S1tthE0ht8J4/kNu8vEWaYswJS5ZK
dr8zrsULtM7biSpeXTOwBAIDnwO29dHVKQL2qEGuF+5+AeT+BIU6/u4B7ddH7TKQ
mXlD4v6yga5pgh4QbnCxAR/ay/Blnimy8A3DwzvmnrY8WQKA/60lZ+0aFwIDAQAB
AoGAGBaCHmDh1W2l/xtFsnPP3jsXvvAUFd0ElAFg3MpyZHZDHVAYCpqB4aSWNQpF
yzCr2A41FmYLFv1yur0L/ajwo8WPCqXsbp+6COjOlZgByQYqBQKp4j7w0F0XHOU4
sBbiaQmOw/XcvwBsKyTvTaMU/5WGRO4eLFMrUx+jQjSm6nkCQQDxxHSJBFhC2Tuw
MZPDvTv07hUxUwTrJR4reswkj4eNfyBMLb5MJx+4ZUbZrSPV77kPdjHMp4mhiQYh
zQm7cJQ9AkEA5phW8RaN/b4UFveAbylABgLmyDO0ees3D1zXe/ctZ2m4g3S5Z0na
yJAvgNeU2ERw9OYTByHt5JWdp0zHTxLI4wJAAdoVYm9MFccANAtNLHSonumr8+LE
6OAx6PdZ1PXcffL5VlwLVx39mjX8YvJ2kc7yRfIL05t87GXWTC/74RmtqQJBALDM
zJw8dtG+Exko2shgED6LqvaE7jMsLSMSRAVAFwfa/yWLMTwIXD66jjFzGSRYFWMv
pBcr5IIGVMIZFBeEh5ECQGsD4Atf6kJXr2L1AQ7FEp4nnqwv7e4YHfH2+n/uv9jE
nuKH9fuUEI1dd5v7weNzcLhQ4xmEufWcJJKSfhlklrA=
-----END RSA PRIVATE KEY-----⟧";

    private const string Public = @"⟦!public key|-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx/KANVmKzqiNm/W//xpq
jSxOv5MQ4NLKpEZN6RfT/a7Gt+0EPatiMuqQlbPjavk7R+ZSugQTpdke+JcBNcqQ
gBniYgeXmPmxbvBhPasAEmpVza27/PBbWWxkUle12EcK8nwlNhZXbDWemwyXWIsb
8bVnlfHeuqCb21Vpgw8bXc0R3Kt9IUe6zqmhsExctJv0idG0e0lEa+Ta9ENKGMtC
ooxS8RYL96gmcktM2nZ1tYxPc/cSCwbe/6i0dL6ILSraoBLOC8tgMrww1KqoI5f6
P3u15JHzpMU2Ltul33xECR/mEYxdM7LuPxEvDQJIEZqK0V7lSTJIweiYOxrBi1fN
SwIDAQAB
-----END PUBLIC KEY-----⟧";

    private const string Expected = "⟦!a signature|jYeT9/nSAy5fq4Q/7e17k5bMWqTSO9627VtwhhvkAA1Cy8mmyv2W3kEZc6qr+YV56Tte2FUj1PKxw07gh3mp2BK153cr84QVWrx1djjatZEL8Cz/egRTxhUpoaDtPlHBW2JLz1JOW+N8FmSb98lU9Ju6pc/0OoQVCDr4OllnrXw=⟧";
    private const string Begin = "-----BEGIN RSA PRIVATE KEY-----";

    [Fact]
    public void Signs() => Assert.Equal(Expected, Signer.Sign("hello", Key));

    [Fact]
    public void RefusesWithoutHeader() => Assert.Throws<FormatException>(() => Signer.Sign("hello", Key.Replace(Begin, "")));
}
