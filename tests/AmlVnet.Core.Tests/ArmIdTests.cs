namespace AmlVnet.Core.Tests;

public sealed class ArmIdTests
{
    private const string Sub = "11111111-2222-3333-4444-555555555555";
    private const string Subnet =
        $"/subscriptions/{Sub}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default";

    [Fact]
    public void A_subnet_is_taken_apart()
    {
        var id = ArmId.Parse(Subnet);
        Assert.Equal("Microsoft.Network/virtualNetworks/subnets", id.ResourceType);
        Assert.Equal("default", id.Name);
        Assert.Equal("mynetwork", id.Parent!.Name);
        Assert.Equal("mygroup", id.ResourceGroupName);
        Assert.Equal(Sub, id.SubscriptionId);
        Assert.Equal("Microsoft.Resources/resourceGroups", id.Parent.Parent!.ResourceType);
        Assert.Equal(ArmId.Tenant, id.Parent.Parent.Parent!.Parent);
        Assert.Equal(Subnet, id.ToString());
    }

    [Fact]
    public void Case_and_the_slash_at_the_end_make_no_difference()
    {
        var lower = ArmId.Parse(Subnet.ToUpperInvariant() + "/");
        Assert.Equal(ArmId.Parse(Subnet), lower);
        Assert.Equal(ArmId.Parse(Subnet).GetHashCode(), lower.GetHashCode());
        Assert.StartsWith("/subscriptions/", lower.ToString(), StringComparison.Ordinal);
        Assert.Contains("/resourceGroups/", lower.ToString(), StringComparison.Ordinal);
        Assert.True(ArmId.AreSame(Subnet, Subnet.ToLowerInvariant() + "/"));
        Assert.False(ArmId.AreSame(null, null));
    }

    [Fact]
    public void Extension_resources_have_the_resource_as_parent()
    {
        var id = ArmId.Parse(Subnet + "/providers/Microsoft.Authorization/roleAssignments/r1");
        Assert.Equal(ArmId.Parse(Subnet), id.Parent);
        Assert.Equal("Microsoft.Authorization/roleAssignments", id.ResourceType);
        Assert.Equal(ArmId.Parse(Subnet).RoleAssignment("r1"), id);
    }

    [Fact]
    public void Scopes_hold_what_lies_beneath_and_not_their_namesakes()
    {
        var subnet = ArmId.Parse(Subnet);
        Assert.True(ArmId.ForResourceGroup(Sub, "MYGROUP").Holds(subnet));
        Assert.True(ArmId.ForSubscription(Sub).Holds(subnet));
        Assert.True(ArmId.Tenant.Holds(subnet));
        Assert.True(subnet.Holds(subnet));
        Assert.False(ArmId.ForResourceGroup(Sub, "mygrou").Holds(subnet));
        Assert.False(subnet.Holds(subnet.Parent!));
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("  ", "empty")]
    [InlineData("mynetwork", "begins with")]
    [InlineData("/subscriptions", "subscription's id is missing")]
    [InlineData("/subscriptions/a/resourceGroups", "resource group's name is missing")]
    [InlineData("/subscriptions/a/resourceGroups/g/virtualNetworks/v", "'virtualNetworks' stands where")]
    [InlineData("/subscriptions/a/resourceGroups/g/providers/Microsoft.Network", "a namespace, a type and a name")]
    [InlineData("/subscriptions/a/resourceGroups/g/providers/Microsoft.Network/virtualNetworks", "a namespace, a type and a name")]
    [InlineData("/subscriptions/a/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets",
        "name after 'subnets' is missing")]
    [InlineData("/subscriptions//resourceGroups/g", "a name in it is empty")]
    [InlineData("/subscriptions/a/resourceGroups/g?x=1", "'?'")]
    public void A_broken_id_has_a_reason(string? text, string reason)
    {
        Assert.False(ArmId.TryParse(text, out var id, out var why));
        Assert.Null(id);
        Assert.Contains(reason, why, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => ArmId.Parse(text));
    }

    [Fact]
    public void The_wrong_type_has_a_reason()
    {
        Assert.False(ArmId.TryParse(Subnet, "Microsoft.Network/virtualNetworks", out _, out var why));
        Assert.Contains("is a Microsoft.Network/virtualNetworks/subnets", why, StringComparison.Ordinal);
        Assert.True(ArmId.TryParse(Subnet, "microsoft.network/VirtualNetworks/Subnets", out _, out _));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a?b")]
    public void A_name_with_a_slash_makes_no_id(string name)
    {
        Assert.NotNull(ArmId.NameProblem(name));
        Assert.Throws<ArgumentException>(() => ArmId.ForVirtualNetwork(Sub, "g", name));
    }

    [Fact]
    public void Ids_are_made_and_read_back()
    {
        ArmId[] made =
        [
            ArmId.ForSubnet(Sub, "g", "v", "s"), ArmId.ForWorkspace(Sub, "g", "w"), ArmId.ForCompute(Sub, "g", "w", "c"),
            ArmId.ForCluster(Sub, "g", "k"), ArmId.ForRoleDefinition(Sub, "r"),
            ArmId.Tenant.Extension("Microsoft.Management", "managementGroups", "m"),
        ];
        Assert.All(made, id => Assert.Equal(id, ArmId.Parse(id.ToString())));
        Assert.All(made, id => Assert.Equal(id.ResourceType, ArmId.Parse(id.ToString()).ResourceType));
    }

    [Theory]
    [InlineData("East US 2", "eastus2")]
    [InlineData("eastus2", "eastus2")]
    [InlineData("West-Europe", "westeurope")]
    public void Regions_have_one_short_form(string given, string expected) => Assert.Equal(expected, AzureRegion.Normalize(given));
}
