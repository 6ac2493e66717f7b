using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Tests;

/// <summary>Two writers on one network security group: neither may lose what the other wrote.</summary>
public sealed class ConcurrentRuleTests
{
    private const int Rounds = 200;

    [Fact]
    public async Task Two_writers_lose_nothing_in_200_rounds()
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = await SimulatorSignIn.ConnectAsync(new SimulatorSettings("locked-down", null, null), null, cancel);
        using var azure = (AzureConnection)context.Connection!;
        var group = ArmId.Parse(
            $"/subscriptions/{context.SubscriptionId}/resourceGroups/mygroup/providers/Microsoft.Network/networkSecurityGroups/mynsg");
        var subnet = ArmId.ForSubnet(context.SubscriptionId, "mygroup", "mynetwork", "default");
        var before = await NamesAsync(azure, group, cancel);

        // Ours opens and closes the studio's tag, round after round; the other one adds a rule each round, as another tool would.
        var ours = Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await CarryOutAsync(await new AzureWork(azure).NetworkRules.PlanOutboundAsync(subnet, OutboundProfile.Studio, null,
                    isOpened: true, true, cancel), cancel);
                if (round < Rounds - 1)
                    await CarryOutAsync(await new AzureWork(azure).NetworkRules.PlanOutboundAsync(subnet, OutboundProfile.Studio, null,
                        isOpened: false, true, cancel), cancel);
            }
        }, cancel);
        var theirs = Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++) await PutForeignRuleAsync(azure, group, round, cancel);
        }, cancel);
        await Task.WhenAll(ours, theirs);

        var after = await NamesAsync(azure, group, cancel);
        Assert.Equal(before.Concat(Enumerable.Range(0, Rounds).Select(Foreign)).Append("AmlVnet-Out-AzureFrontDoor.Frontend").Order(),
            after.Order());
    }

    private static string Foreign(int round) => $"foreign-{round}";

    private static async Task<string[]> NamesAsync(AzureConnection azure, ArmId group, CancellationToken cancel) =>
        [.. (await azure.Services.Networks.FindSecurityGroupAsync(group, cancel))!.Properties!.SecurityRules!.Select(
            static rule => rule.Name!)];

    private static async Task CarryOutAsync(PlannedWork<NetworkRuleAccess> work, CancellationToken cancel)
    {
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, cancel);
    }

    private static async Task PutForeignRuleAsync(AzureConnection azure, ArmId group, int round, CancellationToken cancel)
    {
        var id = group.Child("securityRules", Foreign(round));
        var rule = new WireSecurityRule
        {
            Properties = new WireSecurityRuleProperties
            {
                Protocol = "Tcp",
                Access = "Allow",
                Direction = "Inbound",
                Priority = 1000 + round,
                SourcePortRange = "*",
                SourceAddressPrefix = "10.0.0.0/8",
                DestinationAddressPrefix = "*",
                DestinationPortRange = "8080",
            },
        };
        while (true)
        {
            try
            {
                var accepted = await azure.Services.SecurityRules.PutAsync(id, rule, cancel);
                await azure.Wait.WaitAsync(accepted, "foreign", azure.Now, null, cancel);
                return;
            }
            catch (ArmRequestException e) when (e.Status is 429 or 409)
            {
                await Task.Delay(TimeSpan.FromSeconds(5), azure.Time, cancel);
            }
        }
    }
}
