namespace AmlVnet.Simulator.Arm;

/// <summary>Who asks, and what he may do.</summary>
internal interface ICallerRights
{
    /// <summary>The directory object id of the one who asks, and the name by which Resource Manager's refusals call him.</summary>
    (string Id, string Name) Caller { get; }

    /// <summary>Whether the caller has an action, such as <c>Microsoft.Network/virtualNetworks/read</c>, on a scope.</summary>
    bool CallerMay(string action, string scope);
}
