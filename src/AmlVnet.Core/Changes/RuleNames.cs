using System.Security.Cryptography;
using System.Text;

namespace AmlVnet.Core.Changes;

/// <summary>The names of this module's security rules. Nothing else marks a rule as its own.</summary>
public static class RuleNames
{
    /// <summary>How all of them begin.</summary>
    public const string Prefix = "AmlVnet-";

    /// <summary>The rule that lets the load balancer's probes in.</summary>
    public const string Probe = Prefix + "LoadBalancerProbe";

    /// <summary>How the rules begin that let nodes and pods reach one another.</summary>
    public const string Inside = Prefix + "Inside-";

    private const string ApiServerPrefix = Prefix + "Out-ApiServer-";
    private const string DnsPrefix = Prefix + "Out-Dns-";

    /// <summary>Tells rules of one resource from those of another behind the same group.</summary>
    public static string Mark(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8].ToLowerInvariant();

    /// <summary>The name alone is not enough: computes of several workspaces may have the same one,
    /// and one may begin as another does.</summary>
    public static string Scoring(AksCompute compute) => Scoring(ArmId.Parse(compute.Id));

    /// <inheritdoc cref="Scoring(AksCompute)"/>
    public static string Scoring(ArmId compute) => $"{Prefix}Scoring-{compute.Name}-{Mark(compute.ToString().ToLowerInvariant())}-";

    /// <summary>The rule for a service tag.</summary>
    public static string Outbound(string tag) => $"{Prefix}Out-{tag}";

    /// <summary>The rule for what nodes and pods send one another.</summary>
    public static string Within(RuleDirection direction, string mark) => $"{Inside}{direction}-{mark}";

    /// <summary>The rule for a private API server.</summary>
    public static string ApiServer(string mark) => ApiServerPrefix + mark;

    /// <summary>The rule for DNS servers of the network's own.</summary>
    public static string Dns(string mark) => DnsPrefix + mark;
}
