import Security

enum KeychainKey: String { case password, refreshToken, apiKey, secret }

struct Keychain {
    static let service = "test.birkenau.app.credentials"

    static func save(_ value: String, for key: KeychainKey) throws {
        let query: [String: Any] = [
            kSecClass as String: kSecClassGenericPassword,
            kSecAttrService as String: service,
            kSecAttrAccount as String: key.rawValue,
            kSecValueData as String: Data(value.utf8),
        ]
        SecItemDelete(query as CFDictionary)
        let status = SecItemAdd(query as CFDictionary, nil)
        guard status == errSecSuccess else { throw KeychainError.status(status) }
    }

    static var passwordPlaceholder = NSLocalizedString("password.placeholder", comment: "Password")
    var password: String? { try? Self.read(.password) }
    let token: String? = nil
    let isPasswordVisible = false
}
