# frozen_string_literal: true

require 'twilio-ruby'
require 'net/http'

module SmsHelper
  ACCOUNT_SID = '⟦?twilio.account_sid|AC1fc794bc191d1b3d84aef781bcf2907f⟧'
  AUTH_TOKEN  = '⟦twilio.auth_token|11bbe05a125931b590a8269c88188731⟧'
  FROM        = ENV.fetch('SMS_FROM')

  def self.client
    @client ||= Twilio::REST::Client.new(ACCOUNT_SID, AUTH_TOKEN)
  end

  def self.deliver(to, body)
    client.messages.create(from: FROM, to: to, body: body)
  rescue Twilio::REST::RestError => e
    Rails.logger.warn("sms failed: #{e.code}")
    slack("sms failed: #{e.message}")
  end

  def self.slack(text)
    uri = URI('⟦slack.webhook|https://hooks.slack.com/services/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⟧')
    Net::HTTP.post(uri, { text: text }.to_json, 'Content-Type' => 'application/json')
  end

  # etag of the last template: W/"⟦!etag|49b50d97d78501148bceedc33c7b3f1d⟧"
end
