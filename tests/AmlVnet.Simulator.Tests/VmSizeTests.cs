namespace AmlVnet.Simulator.Tests;

/// <summary>Any well-formed size is taken, with the cores that its name says (Microsoft Learn: "Sizes for virtual machines in
/// Azure").</summary>
public sealed class VmSizeTests
{
    private const string Clusters = TestClient.Subscription
        + "/resourceGroups/mygroup/providers/Microsoft.ContainerService/managedClusters/";

    private const string Usages = TestClient.Subscription + "/providers/Microsoft.Compute/locations/eastus2/usages?api-version=2024-07-01";

    [Theory]
    [InlineData("Standard_D3_v2", 4)]
    [InlineData("Standard_D15_v2", 20)]
    [InlineData("Standard_DS13-4_v2", 4)]
    [InlineData("Standard_D2", 2)]
    [InlineData("Standard_D2ds_v5", 2)]
    [InlineData("Standard_D96as_v5", 96)]
    [InlineData("Standard_E64-16ds_v4", 16)]
    [InlineData("Standard_A2_v2", 2)]
    [InlineData("Standard_A7", 8)]
    [InlineData("Standard_G5", 32)]
    [InlineData("standard_b2ats_v2", 2)]
    [InlineData("Standard_ND96asr_v4", 96)]
    [InlineData("Standard_NC4as_T4_v3", 4)]
    [InlineData("Standard_M208ms_v2", 208)]
    public void A_size_has_the_cores_that_its_name_says(string size, int cores)
    {
        using var client = new TestClient();
        Assert.Equal(201, Create(client, size).Status);
        Assert.Equal(cores, client.Get(Usages).At("value.0.currentValue")!.GetValue<int>());
    }

    [Theory]
    [InlineData("Nope")]
    [InlineData("Standard_D")]
    [InlineData("Standard_D3-v2")]
    [InlineData("Standard_ D3_v2")]
    public void What_is_no_size_is_refused(string size)
    {
        using var client = new TestClient();
        var refused = Create(client, size);
        Assert.Equal((400, "VMSizeNotSupported"), (refused.Status, refused.Code));
    }

    [Fact]
    public void An_empty_size_leaves_the_choice_to_the_service()
    {
        using var client = new TestClient();
        var made = Create(client, "");
        Assert.Equal(201, made.Status);
        Assert.NotEmpty(made.Value("properties.agentPoolProfiles.0.vmSize")!);
    }

    private static TestAnswer Create(TestClient client, string size) => client.Put(Clusters + "c", $$"""
        {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"agentPoolProfiles":[
          {"name":"p","count":1,"vmSize":"{{size}}","mode":"System"}]} }
        """);
}
