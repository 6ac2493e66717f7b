namespace AmlVnet.Cmdlets.Binding;

/// <summary>
/// Lets <c>$workspace | New-AmlAksCompute myaks</c> bind. The engine binds words by their position before it looks at the pipeline, so that
/// the one word is taken for the first of three names, the resource group. Then the piped workspace comes here as its id, and the command
/// reads the one word as the name that it is.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WorkspaceNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (inputData is null || ReferenceBinding.Bare(inputData) is string) return inputData!;
        var (id, _) = ReferenceBinding.Read(inputData, "Id", "ResourceId");
        // What is no workspace is another parameter's; the engine makes a text of everything unless it is told that it cannot.
        return id is not null && References.IsWorkspace(id) ? id
            : throw new ArgumentTransformationMetadataException("A workspace's name is a text.", new PSInvalidCastException());
    }
}
