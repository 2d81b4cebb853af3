class Credential < ApplicationRecord
  encrypts :password, :secret, :token
  has_secure_password validations: false
  has_secure_token :auth_token, length: 36

  validates :password, length: { minimum: 12 }, format: { with: /\A(?=.*\d)(?=.*[a-z]).+\z/ }
  validates :api_key, presence: true, uniqueness: true

  PASSWORD_ATTRIBUTES = %i[password password_confirmation current_password].freeze
  before_create { self.api_key = SecureRandom.hex(20) }

  def self.password = Rails.application.credentials.dig(:smtp, :password)

  def masked_token = token.to_s.sub(/.(?=.{4})/, "*")

  def to_s = "#{login}:[FILTERED]"
end
# config/initializers/filter_parameter_logging.rb: Rails.application.config.filter_parameters += [:passw, :secret, :token, :_key]
