using AmlVnet.Core.Remedies;

namespace AmlVnet.Core.Tests;

public sealed class ExtensionErrorsTests
{
    [Theory]
    [InlineData("Status: Failed Name: inferencev1 ErrorCode: E45005 ErrorMessage: Azureml Fe deployment conflict", "E45005")]
    [InlineData("e40001", "E40001")]
    [InlineData("E40002, then E40007", "E40002 E40007")]
    [InlineData("E45004 is not E450041", "E45004")]
    [InlineData("cannot be imported into the current release: invalid ownership metadata; label", "invalid ownership metadata")]
    [InlineData("E450041", "")]
    [InlineData("pod healthcheck failed", "")]
    [InlineData(null, "")]
    public void The_codes_of_a_text_are_found(string? text, string codes) =>
        Assert.Equal(codes, string.Join(' ', ExtensionErrors.Decode(text).Select(static one => one.Code)));

    [Fact]
    public void A_code_of_no_list_is_said_to_be_unknown()
    {
        var one = Assert.Single(ExtensionErrors.Decode("ErrorCode: E41234", null));
        Assert.Equal(("E41234", ""), (one.Code, one.Source));
    }

    [Fact]
    public void Every_row_has_a_cause_a_fix_and_a_source()
    {
        Assert.Equal(ExtensionErrors.All.Count, ExtensionErrors.All.Select(static one => one.Code).Distinct().Count());
        Assert.All(ExtensionErrors.All, static one => Assert.True(one.Cause.Length > 0 && one.Fix.Length > 0 && one.Source.Length > 0));
    }
}
