namespace AmlVnet.Core;

/// <summary>Rules about network security groups.</summary>
internal static class SecurityGroupRules
{
    public static IEnumerable<CheckRule> All { get; } = [];
}
