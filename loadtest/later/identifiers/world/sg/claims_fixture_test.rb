# frozen_string_literal: true
# Copied from staging on 3 Feb — TODO(⟦?username|weilun⟧): anonymise before we open-source the gem!

require "minitest/autorun"
require_relative "../lib/claims"

class ClaimsFixtureTest < Minitest::Test
  LIVE = [
    { name: "⟦person_name|Muhammad Danial bin Rosli⟧", nric: "⟦sg.nric|S8833717D⟧", dob: "⟦date_of_birth|1988-10-21⟧", mobile: "⟦phone|+65 9270 4643⟧" },
    { name: "⟦person_name|Teo Hui Shan Charmaine⟧",     nric: "⟦sg.nric|T0133708J⟧", dob: "⟦date_of_birth|2001-05-07⟧", mobile: "⟦phone|8270 0384⟧" },
    { name: "⟦person_name|Zhao Mingyu⟧",                fin:  "⟦sg.fin|G3387180K⟧",  pass: "S Pass", mobile: "⟦phone|+65 8121 2840⟧" },
    { name: "⟦person_name|Priyanka Deshmukh⟧",          fin:  "⟦sg.fin|M8431589X⟧",  pass: "EP" },
  ].freeze

  PAYEES = {
    "Lim Kopitiam Supplies" => { uen: "⟦sg.uen|56303881X⟧", acct: "⟦sg.bank_account|033-75618-6⟧", swift: "⟦bic|OCBCSGSG⟧" },
    "Keppel Reach Pte. Ltd." => { uen: "⟦sg.uen|201866527N⟧", acct: "⟦sg.bank_account|0052486409⟧", swift: "⟦bic|DBSSSGSGXXX⟧" },
  }.freeze

  BAD = %w[⟦!wrong check digit|S8889105A⟧ ⟦!masked|S****718B⟧ ⟦!wrong length|S886076B⟧].freeze

  def test_masks
    assert_equal "S****123D", Claims.mask("⟦~sg.nric|S1234567D⟧")
    assert BAD.none? { |v| Claims.valid?(v) }
  end

  def test_passport_and_plate
    row = Claims.parse("pp ⟦sg.passport|K4077393J⟧ veh ⟦sg.vehicle_plate|SLM5868K⟧ claim C3548030J policy P-889799")
    assert_equal 4, row.size
  end
end
