namespace AmlVnet.Simulator.Arm;

/// <summary>One of the services behind the list of steps: Resource Manager, or Microsoft Graph.</summary>
internal interface IService
{
    bool IsResourceManager { get; }

    /// <summary>Whether a request with this address is this service's.</summary>
    bool Takes(Uri address);

    /// <summary>What a path leads to, for the log and for fault rules.</summary>
    string? NameOf(ResourcePath path);

    /// <exception cref="ArmException">The service refuses the request.</exception>
    Answer Handle(ArmRequest request);

    /// <summary>A refusal in the service's own form.</summary>
    Answer Refuse(ArmRequest request, ArmException problem);
}
