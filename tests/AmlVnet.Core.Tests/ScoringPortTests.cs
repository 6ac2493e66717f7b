using AmlVnet.Core.Facts;
using Xunit;

namespace AmlVnet.Core.Tests;

public sealed class ScoringPortTests
{
    [Theory]
    [InlineData(null, 80)]
    [InlineData("", 80)]
    [InlineData("Disabled", 80)]
    [InlineData("disabled", 80)]
    [InlineData("Enabled", 443)]
    [InlineData("Auto", 443)]
    public void An_endpoint_with_TLS_scores_on_443(string? sslStatus, int port) => Assert.Equal(port, ScoringPort.Of(sslStatus));
}
