namespace AmlVnet.Simulator.Kernel;

/// <summary>Who and where everything is: the one subscription, its tenant, the one who asks, the addresses of the in-process
/// front.</summary>
internal static class Tenancy
{
    public const string SubscriptionId = "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";

    public const string SubscriptionName = "AmlVnet rehearsal";

    /// <summary>The resource id of the subscription.</summary>
    public const string Subscription = "/subscriptions/" + SubscriptionId;

    public const string TenantId = "b7d9e1f4-2a6c-4038-8e5b-93c1f0a7d264";

    public const string CallerId = "c2e8a9d1-6b34-4f70-a18d-7e5f9b0c3a42";

    public const string CallerName = "rehearsal@simulator.invalid";

    public const string ArmHost = "management.simulator.invalid";

    public const string GraphHost = "graph.simulator.invalid";
}
