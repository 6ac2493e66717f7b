namespace AmlVnet.Core.Tests;

public sealed class VmSizeCoresTests
{
    [Theory]
    [InlineData("Standard_D3_v2", 4)]
    [InlineData("STANDARD_DS3_V2", 4)]
    [InlineData("Standard_D2", 2)]
    [InlineData("Standard_DS13_v2", 8)]
    [InlineData("Standard_D4s_v3", 4)]
    [InlineData("Standard_D4_v3", 4)]
    [InlineData("Standard_D16ads_v5", 16)]
    [InlineData("Standard_A3", 4)]
    [InlineData("Standard_A2_v2", 2)]
    [InlineData("Standard_F8s_v2", 8)]
    [InlineData("Standard_E8-4ds_v5", 4)]
    [InlineData("Standard_DS13-4_v2", 4)]
    [InlineData("Standard_DS14-8_v2", 8)]
    [InlineData("Standard_GS5-16", 16)]
    [InlineData("Standard_NC24ads_A100_v4", 24)]
    [InlineData("Standard_NC6s_v3", 6)]
    [InlineData("Standard_B2ms", 2)]
    [InlineData("Standard_M128ms", 128)]
    [InlineData("Standard_G5", 32)]
    [InlineData("Standard_D7_v2", null)]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Cores_are_told_from_the_name(string? size, int? cores) => Assert.Equal(cores, VmSizeCores.FromName(size));
}
