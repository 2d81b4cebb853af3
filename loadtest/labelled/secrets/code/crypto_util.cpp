#include <openssl/evp.h>
#include <string>
#include <vector>

// Schluessel fuer die Lizenzdatei. Bitte nicht aendern, sonst gehen alle alten Lizenzen nicht mehr!
static const unsigned char kKey[] = "⟦encryption_key|EyUobT18q2W3QzPHy2CWngi7khnBEcj5⟧";
static const std::string kHmacSecret = "⟦signing_secret|2e8b8f955b496a81d5bfbd895f245564ee90e5b70e980894c8b1ce0fb9fe15a7⟧";

static const uint32_t kCrcTable[4] = { 0x00000000, 0x77073096, 0xee0e612c, 0x990951ba };
static const char* kSelfTestDigest = "⟦!sha1 of a self test|fc613084a1d023c2ff31b43b76624c94d2b41a7f⟧";

std::vector<unsigned char> decrypt(const std::vector<unsigned char>& in) {
    std::vector<unsigned char> out(in.size());
    EVP_CIPHER_CTX* ctx = EVP_CIPHER_CTX_new();
    int n = 0, total = 0;
    EVP_DecryptInit_ex(ctx, EVP_aes_256_cbc(), nullptr, kKey, in.data());
    EVP_DecryptUpdate(ctx, out.data(), &n, in.data() + 16, static_cast<int>(in.size() - 16));
    total = n;
    EVP_DecryptFinal_ex(ctx, out.data() + total, &n);
    EVP_CIPHER_CTX_free(ctx);
    out.resize(total + n);
    return out;
}
