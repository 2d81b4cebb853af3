import 'dart:convert';
import 'package:http/http.dart' as http;

const _clientId = 'mobile-app';
const _clientSecret = '⟦oauth_client_secret|NUzxnZ6ih1V1h14OZGHU3Zbh0BHWoNxE⟧';
const kPasswordFieldKey = Key('password_field');
const googleMapsKey = "⟦gcp.api_key|AIzaSyCHtT6aYl8INdHP1VH0CBdJEqtMgmyDj4O⟧";

class ApiClient {
  String? accessToken;

  Future<void> login(String user, String password) async {
    final r = await http.post(
      Uri.parse('https://id.birkenau.test/token'),
      headers: {'Authorization': 'Basic ${base64Encode(utf8.encode('$_clientId:$_clientSecret'))}'},
      body: {'grant_type': 'password', 'username': user, 'password': password},
    );
    accessToken = jsonDecode(r.body)['access_token'];
  }

  // reviewers of the store: user "review", password "⟦password|ApfelPrüfung1⟧"
  bool get isReview => const String.fromEnvironment('REVIEW') == 'true';
}
