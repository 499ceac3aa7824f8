"""Electronic invoices, as providers send them and as nobody should."""

from __future__ import annotations

OIOUBL = "OIOUBL-2.1"
PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd"


def ubl(
    *,
    root: str = "Invoice",
    custom: str = OIOUBL,
    number: str = "F-77",
    issued: str = "2026-03-01",
    currency: str = "DKK",
    stated: str | None = None,
    cvr: str = "DK29189730",
    requisition: str = "RT26-ABCDEFGH",
    net: str = "5000.00",
    vat: str = "0.00",
    prepaid: str = "",
    doctype: str = "",
    more: str = "",
    encoding: str = "UTF-8",
) -> bytes:
    """One invoice. In OIOUBL `TaxExclusiveAmount` is the tax, in Peppol what is without it."""
    stated = stated or currency
    try:
        whole = f"{float(net) + float(vat):.2f}" if "e" not in net else net
        payable = f"{float(whole) - float(prepaid or 0):.2f}"
    except ValueError:
        whole = payable = net
    if net == "NaN":
        whole = payable = "NaN"

    def amount(name: str, value: str) -> str:
        return f'<cbc:{name} currencyID="{stated}">{value}</cbc:{name}>'

    exclusive = vat if custom == OIOUBL else net
    text = f"""<?xml version="1.0" encoding="{encoding}"?>{doctype}
<{root} xmlns="{SCHEMA}:{root}-2"
  xmlns:cac="{SCHEMA}:CommonAggregateComponents-2" xmlns:cbc="{SCHEMA}:CommonBasicComponents-2">
  <cbc:CustomizationID>{custom}</cbc:CustomizationID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>{issued}</cbc:IssueDate>
  <cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>Anna</cbc:BuyerReference>
  <cac:OrderReference><cbc:ID>{requisition}</cbc:ID></cac:OrderReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cbc:EndpointID schemeID="DK:CVR">{cvr}</cbc:EndpointID>
    <cac:PartyName><cbc:Name>Københavns Professionshøjskole</cbc:Name></cac:PartyName>
    <cac:PartyLegalEntity>
      <cbc:CompanyID schemeID="DK:CVR">{cvr}</cbc:CompanyID>
    </cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cbc:EndpointID schemeID="GLN">5798000419681</cbc:EndpointID>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:TaxTotal>{amount("TaxAmount", vat)}</cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    {amount("TaxExclusiveAmount", exclusive)}
    {amount("TaxInclusiveAmount", whole)}
    {amount("PrepaidAmount", prepaid) if prepaid else ""}
    {amount("PayableAmount", payable)}
  </cac:LegalMonetaryTotal>
  {more}
</{root}>"""
    return text.encode(encoding)
