namespace AmlVnet.Simulator.Arm;

/// <summary>What the one who asks may do.</summary>
internal interface ICallerRights
{
    /// <summary>Whether the caller has an action, such as <c>Microsoft.Network/virtualNetworks/read</c>.</summary>
    bool CallerMay(string action);
}
