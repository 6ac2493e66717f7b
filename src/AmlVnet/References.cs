namespace AmlVnet;

/// <summary>
/// Names a resource by whatever a user has at hand: an ARM id, one of this module's objects, or any object with an id.
/// Making one never throws; what could not be understood is in <see cref="Problem"/>, so that the command can say it well.
/// </summary>
public abstract class ResourceReference
{
    private protected ResourceReference(string? id, string? problem)
    {
        Id = id;
        Problem = problem;
    }

    /// <summary>The ARM id, or null when none could be had.</summary>
    public string? Id { get; }

    /// <summary>Why there is no id; null when there is one.</summary>
    public string? Problem { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Id ?? Problem ?? "";
}

/// <summary>A workspace: its ARM id, a <see cref="Workspace"/>, or any object with an id.</summary>
public sealed class WorkspaceReference : ResourceReference
{
    /// <summary>From an ARM id.</summary>
    public WorkspaceReference(string id) : base(id, null)
    {
    }

    /// <summary>From a workspace.</summary>
    public WorkspaceReference(Workspace workspace) : this((workspace ?? throw new ArgumentNullException(nameof(workspace))).Id) =>
        Workspace = workspace;

    internal WorkspaceReference(string? id, string? problem) : base(id, problem)
    {
    }

    /// <summary>The workspace itself, when it was given whole.</summary>
    public Workspace? Workspace { get; }
}

/// <summary>A compute of a workspace: its ARM id, an <see cref="AksCompute"/>, or an object that carries one.</summary>
public sealed class AksComputeReference : ResourceReference
{
    /// <summary>From an ARM id.</summary>
    public AksComputeReference(string id) : base(id, null)
    {
    }

    /// <summary>From a compute.</summary>
    public AksComputeReference(AksCompute compute) : this((compute ?? throw new ArgumentNullException(nameof(compute))).Id)
    {
    }

    internal AksComputeReference(string? id, string? problem) : base(id, problem)
    {
    }

    /// <summary>When its cluster was granted its right on the network, where what it came from tells.</summary>
    internal DateTimeOffset? GrantedOn { get; init; }
}

/// <summary>
/// An AKS cluster: its ARM id, a compute (object or ARM id) that stands for it, an <see cref="AksClusterIdentity"/>,
/// or any object with an id.
/// </summary>
public sealed class AksClusterReference : ResourceReference
{
    /// <summary>From the ARM id of a cluster or of a compute.</summary>
    public AksClusterReference(string id) : base(id, null)
    {
    }

    /// <summary>From a compute.</summary>
    public AksClusterReference(AksCompute compute) : this((compute ?? throw new ArgumentNullException(nameof(compute))).Id)
    {
    }

    internal AksClusterReference(string? id, string? problem) : base(id, problem)
    {
    }
}

/// <summary>A subnet: its ARM id, or any object with an id, such as one of Get-AzVirtualNetworkSubnetConfig.</summary>
public sealed class SubnetReference : ResourceReference
{
    /// <summary>From an ARM id.</summary>
    public SubnetReference(string id) : base(id, null)
    {
    }

    internal SubnetReference(string? id, string? problem) : base(id, problem)
    {
    }
}

/// <summary>What Test-AmlAksNetwork looks at: a plan, or the ARM id of a workspace, a compute or a cluster.</summary>
public sealed class AksNetworkReference : ResourceReference
{
    /// <summary>From an ARM id.</summary>
    public AksNetworkReference(string id) : base(id, null)
    {
    }

    /// <summary>From a plan.</summary>
    public AksNetworkReference(AksNetworkPlan networkPlan) : base(null, null) =>
        NetworkPlan = networkPlan ?? throw new ArgumentNullException(nameof(networkPlan));

    internal AksNetworkReference(string? id, string? problem) : base(id, problem)
    {
    }

    /// <summary>The plan, when it is one.</summary>
    public AksNetworkPlan? NetworkPlan { get; }
}

/// <summary>A long-running operation: what -NoWait returned, its token, or the compute that it is about.</summary>
public sealed class AmlOperationReference : ResourceReference
{
    /// <summary>From the ARM id of a compute.</summary>
    public AmlOperationReference(string id) : base(id, null)
    {
    }

    internal AmlOperationReference(string? id, string? problem, string? token) : base(id, problem) => Token = token;

    /// <summary>What resumes the operation; null where only the compute is known.</summary>
    public string? Token { get; }
}
