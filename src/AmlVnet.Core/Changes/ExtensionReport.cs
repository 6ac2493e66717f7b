namespace AmlVnet.Core.Changes;

/// <summary>The extension as the module shows it.</summary>
public static class ExtensionReport
{
    /// <summary>Makes the object of what was read.</summary>
    public static AksAmlExtension Of(ExtensionFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var wish = facts.Settings is { } settings ? ExtensionWish.From(settings) : null;
        var problems = Decode(facts);
        return new AksAmlExtension
        {
            Id = facts.Id,
            Name = facts.Name,
            ClusterId = facts.ClusterId.ToString(),
            ClusterName = facts.ClusterId.Name,
            ProvisioningState = facts.State?.ToString(),
            Version = facts.CurrentVersion,
            PinnedVersion = facts.UpgradesItself == false ? facts.Version : null,
            AutoUpgradeMinorVersion = facts.UpgradesItself,
            ReleaseTrain = facts.ReleaseTrain,
            Health = HealthOf(facts),
            EnableInference = wish?.Inference,
            EnableTraining = wish?.Training,
            RouterServiceType = wish is { Inference: true } ? wish.ServiceType : null,
            IsInternal = wish is { Inference: true, ServiceType: RouterServiceType.LoadBalancer } ? !wish.IsPublic : null,
            SslCname = wish?.Cname,
            PrincipalId = facts.PrincipalId,
            Settings = facts.Settings ?? new Dictionary<string, string>(),
            ProtectedSettingsToGiveAgain = [.. ExtensionPlans.ToGiveAgain(facts, wish)],
            Problems = [.. problems.Select(static one => new AksAmlExtensionProblem(one.Code, one.Cause, one.Fix, one.Source))],
            Errors = facts.Error is { } error ? [error] : [],
        };
    }

    /// <summary>What is known of the codes and sentences in all that an extension says of itself, and in other texts.</summary>
    public static IReadOnlyList<ExtensionError> Decode(ExtensionFacts? facts, params IEnumerable<string?> texts) => ExtensionErrors.Decode(
        [
            .. texts,
            .. (facts?.Statuses ?? []).Where(static one => one.Level is null or "Error")
                .SelectMany(static one => new[] { one.Code, one.Message }),
            .. TextsOf(facts?.Error),
        ]);

    /// <summary>All sentences of an error, outermost first.</summary>
    public static IEnumerable<string?> TextsOf(ArmErrorDetail? error) =>
        error is null ? [] : ProvisioningError.Flatten(error).SelectMany(static one => new[] { one.Code, one.Message });

    private static string HealthOf(ExtensionFacts facts) => facts.State switch
    {
        null => "Unknown",
        var state when state == ProvisioningState.Succeeded =>
            facts.Statuses.Any(static one => one.Level == "Error") ? "Unhealthy" : "Healthy",
        { HasFailed: true } => "Unhealthy",
        _ => "Busy",
    };
}
