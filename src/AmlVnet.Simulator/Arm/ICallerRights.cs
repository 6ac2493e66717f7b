namespace AmlVnet.Simulator.Arm;

/// <summary>Who asks, and what he may do.</summary>
internal interface ICallerRights
{
    /// <summary>The directory object id of the one who asks, and the name by which Resource Manager's refusals call him.</summary>
    (string Id, string Name) Caller { get; }

    /// <summary>Whether the caller has an action, such as <c>Microsoft.Network/virtualNetworks/read</c>, on a scope.</summary>
    bool CallerMay(string action, string scope);

    /// <summary>The deny assignment that takes an action on a scope away from the caller, whatever his roles give;
    /// null where none does.</summary>
    DenyInForce? CallerDenied(string action, string scope);
}

/// <summary>A deny assignment, as a refusal names it.</summary>
internal sealed record DenyInForce(string Name, string Id, string Scope);
