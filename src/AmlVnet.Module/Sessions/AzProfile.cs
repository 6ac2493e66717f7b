using AmlVnet.Arm.SignIn;

namespace AmlVnet.Cmdlets.Sessions;

/// <summary>
/// Makes a context of this module from one of Az that was given with -DefaultProfile; on the pipeline thread, without a request.
/// </summary>
internal static class AzProfile
{
    internal static AmlVnetContext Derive(AzContext az)
    {
        if (az.SubscriptionId is null) throw Problems.AzContextUnusable("no subscription is selected in it.");
        if (az.Cloud is not { } cloud) throw Problems.AzContextUnusable($"its environment '{az.Environment}' has no ResourceManagerUrl.");
        // Who may act is the account of the given context, so Az itself is asked for its tokens where it is there.
        if (AzSession.IsLoaded())
        {
            var logFormat = Session.Current.Context?.LogFormat ?? AzurePipelinesStreams.Usual;
            return Session.Current.Borrow($"{cloud.Name} {az.TenantId} {az.Account} {az.SubscriptionId} {logFormat}", () =>
            {
                var (session, _) = AzSession.Open(az.Source);
                return AzureSignIn.Describe(new SignInRequest(new BorrowedSignIn(az.Account, session.BorrowAsync))
                {
                    Tenant = az.TenantId,
                    LogFormat = logFormat,
                }, cloud,
                    az.SubscriptionId, az.SubscriptionName);
            });
        }

        // Elsewhere, as with a context that came from a file: a sign-in of this runspace to the same cloud and tenant, for the context's
        // subscription.
        return Session.Current.Known.FirstOrDefault(k => k.Connection is AzureConnection
            && k.Environment.Equals(cloud.Name, StringComparison.OrdinalIgnoreCase)
            && k.TenantId is not null && k.TenantId.Equals(az.TenantId, StringComparison.OrdinalIgnoreCase)
            && (az.Account is null || k.Account is null || k.Account.Equals(az.Account, StringComparison.OrdinalIgnoreCase))) is { } own
            ? AzureSignIn.Of(own, az.SubscriptionId, az.SubscriptionName)
            : throw Problems.AzContextUnusable(
                "this session has no Get-AzAccessToken, and no sign-in of this module to its cloud and tenant as that account.");
    }
}
