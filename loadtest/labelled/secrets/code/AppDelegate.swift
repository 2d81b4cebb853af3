import UIKit
import Sentry

@main
class AppDelegate: UIResponder, UIApplicationDelegate {

    // MARK: - Keys
    let mixpanelToken = "⟦?api_key|8456f0e1665d0e06b7fc70d8a5ca02e1⟧"
    let revenueCat = "appl_⟦?api_key|gqctnjfvzpaolewxiucvfjojfxy⟧"
    let launchDarkly = "mob-⟦!mobile key, public|201be490-a900-4253-a71d-8439a15456be⟧"
    let backendPassword = "⟦password|Tr0ckenDock_Nord⟧"

    func application(_ application: UIApplication,
                     didFinishLaunchingWithOptions launchOptions: [UIApplication.LaunchOptionsKey: Any]?) -> Bool {
        SentrySDK.start { options in
            options.dsn = "⟦?sentry.dsn|https://5095e855e2b5cfce97862c30fad443f1@o2200814.ingest.sentry.io/2329616⟧"
        }
        let login = "hafen:\(backendPassword)".data(using: .utf8)!.base64EncodedString()
        URLSession.shared.configuration.httpAdditionalHeaders = ["Authorization": "Basic \(login)"]
        return true
    }

    func application(_ application: UIApplication,
                     didRegisterForRemoteNotificationsWithDeviceToken deviceToken: Data) {
        let hex = deviceToken.map { String(format: "%02x", $0) }.joined()
        print("push token", hex)
    }
}
