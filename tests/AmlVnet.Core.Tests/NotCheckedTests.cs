namespace AmlVnet.Core.Tests;

public sealed class NotCheckedTests
{
    [Fact]
    public void A_reason_is_said_once_with_the_rules_and_services_that_it_is_of()
    {
        CheckResult[] findings =
        [
            Unknown("AMLVNET-A-001", "Storage: TCP 10.0.0.0/24 -> Storage:443: nobody knows."),
            Unknown("AMLVNET-A-001", "AzureMonitor: TCP 10.0.0.0/24 -> AzureMonitor:443: nobody knows."),
            Unknown("AMLVNET-A-002", "TCP 10.0.0.0/24 -> Internet:443: nobody knows.", CheckSeverity.Warning),
            Unknown("AMLVNET-B-001", "The locks could not be read: Not you. (HTTP 403, request 0a1b-2c)."),
            Unknown("AMLVNET-B-001", "The locks could not be read: Not you. (HTTP 403, request 3d4e-5f)."),
            // Not of a reason that keeps an error from being decided, and not unknown.
            Unknown("AMLVNET-C-001", "A warning's own reason.", CheckSeverity.Warning),
            Unknown("AMLVNET-C-002", "nobody knows", CheckSeverity.Information),
            Unknown("AMLVNET-C-003", "It passed.") with { Status = CheckStatus.Passed },
        ];
        Assert.Equal(
            "Not checked: AMLVNET-A-001 (Storage, AzureMonitor), AMLVNET-A-002 (TCP 10.0.0.0/24 -> Internet:443): nobody knows. "
                + "AMLVNET-B-001: The locks could not be read: Not you. (HTTP 403).",
            NotChecked.Describe(NotChecked.Of(findings), "Not checked"));
    }

    private static CheckResult Unknown(string id, string evidence, CheckSeverity severity = CheckSeverity.Error) => new()
    {
        Id = id,
        Title = "It is so",
        Severity = severity,
        Status = CheckStatus.Unknown,
        Target = "it",
        Evidence = evidence,
        Reference = "https://example.com/",
    };
}
