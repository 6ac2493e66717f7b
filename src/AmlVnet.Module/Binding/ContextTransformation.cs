using System.Net;
using System.Security;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Binds a context of this module, or one of Az: whatever has a Subscription and a Tenant.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AmlVnetContextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        if (bare is null or AmlVnetContext) return bare!;
        // What came from a file or another process has no connection; the command says so.
        if (PSObject.AsPSObject(inputData).TypeNames.Contains("Deserialized." + typeof(AmlVnetContext).FullName))
            return Dead(PSObject.AsPSObject(inputData));
        return AzContext.Read(inputData) is { } az
            ? new AmlVnetContext
            {
                Account = az.Account,
                SubscriptionId = az.SubscriptionId ?? "",
                SubscriptionName = az.SubscriptionName,
                TenantId = az.TenantId,
                Environment = az.Environment ?? "AzureCloud",
                ArmEndpoint = az.Cloud?.ArmEndpoint ?? new Uri("about:blank"),
                CredentialType = "AzContext",
                Connection = az,
            }
            : inputData;
    }

    private static AmlVnetContext Dead(PSObject copy) => new()
    {
        SubscriptionId = copy.Properties["SubscriptionId"]?.Value?.ToString() ?? "",
        SubscriptionName = copy.Properties["SubscriptionName"]?.Value?.ToString(),
        Environment = copy.Properties["Environment"]?.Value?.ToString() ?? "",
        ArmEndpoint = new Uri("about:blank"),
        CredentialType = copy.Properties["CredentialType"]?.Value?.ToString() ?? "",
    };
}

/// <summary>Binds a secret, also one that is a plain text already, such as a variable of the environment.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return bare is string text ? Secret(text) : bare;
    }

    internal static SecureString Secret(string text) => new NetworkCredential("", text).SecurePassword;
}
