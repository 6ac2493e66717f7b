using System.Text;
using System.Text.Json;
using AmlVnet.Arm.Http;

namespace AmlVnet.Arm.Tests;

/// <summary>What a service quotes of what it was sent in secret.</summary>
public sealed class SentSecretsTests
{
    private const string Line1 = "q7+Zk/3Tn0aXvB9mPzLw8yHcRj5DgUe2fSsOiKtVbNx4WQ1lEoMhJdYuCpAr6GIF";
    private const string Line2 = "Fh5/xR2+cDw8vKq1ZtYb";
    private const string Key = "-----BEGIN PRIVATE KEY-----\n" + Line1 + "\n" + Line2 + "\n-----END PRIVATE KEY-----\n";

    public SentSecretsTests() => SentSecrets.Learn(JsonSerializer.SerializeToUtf8Bytes(new
    {
        tags = new { key = "production", cert = "of contoso" },
        properties = new { properties = new { sslConfiguration = new { key = Key, status = "Enabled", cname = "www.contoso.com" } } },
    }));

    public static TheoryData<string> Quotations =>
    [
        $"The key {Line1} is not valid.",
        $"The key {Line1}{Line2} is not valid.",
        $"The key {Line1[..20]}... is not valid.",
        $"The key {Line1[10..50]} {Line1[50..]} is not valid.",
        $"The key {Key} is not valid.",
        $"The body {JsonSerializer.Serialize(Key)} is not valid.",
        $"The body {JsonSerializer.Serialize(JsonSerializer.Serialize(Key))} is not valid.",
        $"The body {Key.Replace("\n", "\\n", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal)} is not valid.",
        $"The query {Uri.EscapeDataString(Line1)} is not valid.",
        $"The key {Line2} is not valid.",
    ];

    [Theory, MemberData(nameof(Quotations))]
    public void It_is_taken_out_whatever_its_form(string said)
    {
        var clean = SentSecrets.Clean(said)!;

        Assert.Contains("***", clean, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", clean, StringComparison.Ordinal);
        foreach (var line in new[] { Line1, Line2 })
            for (var start = 0; start + 8 <= line.Length; start++)
                Assert.DoesNotContain(line.Substring(start, 8), clean, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The tag production of contoso is not valid.")]
    [InlineData("The name www.contoso.com is not valid.")]
    [InlineData("sslConfiguration.status: Enabled")]
    [InlineData("The client '26fd4f3f-27df-4f5e-8c5b-6d534151dc3c' does not have authorization to perform action "
        + "'Microsoft.Network/virtualNetworks/subnets/join/action'.")]
    public void What_is_no_secret_stays(string said) => Assert.Equal(said, SentSecrets.Clean(said));

    [Theory]
    [InlineData("Authorization: Bearer abcdefghijklmnop is no good.", "Authorization: Bearer *** is no good.")]
    [InlineData("The token eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJodHRwcz.c2lnbmF0dXJl ended.", "The token *** ended.")]
    public void A_token_is_taken_out_by_its_form(string said, string clean) => Assert.Equal(clean, SentSecrets.Clean(said));

    [Fact]
    public void An_error_is_clean_in_every_part()
    {
        var error = ArmErrors.Read(JsonSerializer.SerializeToUtf8Bytes(new
        {
            error = new
            {
                code = Line1,
                message = $"M {Line1}",
                target = $"T {Line2}",
                details = new[] { new { code = "C", message = $"D {Key}" } }
            },
        }))!;

        Assert.Equal(("***", "M ***", "T ***", "D ***"), (error.Code, error.Message, error.Target, error.Inner[0].Message?.Trim()));
    }

    [Fact]
    public void An_error_that_is_no_UTF_8_is_none() =>
        Assert.Null(ArmErrors.Read(
            (byte[])[.. Encoding.UTF8.GetBytes("""{ "error": { "code": "a"""), 0xFF, .. Encoding.UTF8.GetBytes("""" } }"""")]));
}
