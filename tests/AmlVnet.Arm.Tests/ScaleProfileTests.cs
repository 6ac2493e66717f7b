using System.Text.Json;
using AmlVnet.Arm.Clients;

namespace AmlVnet.Arm.Tests;

/// <summary>The bounds of the autoscaler of a pool of virtual machines, as one object and as a list of them.</summary>
public sealed class ScaleProfileTests
{
    [Theory]
    [InlineData("""{ "autoscale": { "size": "Standard_D4s_v5", "minCount": 1, "maxCount": 5 } }""", 5)]
    [InlineData("""{ "autoscale": [{ "size": "Standard_D4s_v5", "minCount": 1, "maxCount": 5 }] }""", 5)]
    [InlineData("""{ "autoscale": [{ "size": "a", "maxCount": 2 }, { "size": "b", "maxCount": 4 }] }""", 6)]
    [InlineData("""{ "autoscale": [] }""", 0)]
    [InlineData("""{ "autoscale": null }""", null)]
    [InlineData("{}", null)]
    public void Are_read_in_either_form(string text, int? most)
    {
        var profile =
            JsonSerializer.Deserialize(
                $$"""{ "properties": { "agentPoolProfiles": [{ "virtualMachinesProfile": { "scale": {{text}} } }] } }""",
                WireJson.Default.WireManagedCluster)!;

        Assert.Equal(most,
            profile.Properties!.AgentPoolProfiles![0]!.VirtualMachinesProfile!.Scale!.Autoscale?.Sum(static one => one.MaxCount));
    }
}
