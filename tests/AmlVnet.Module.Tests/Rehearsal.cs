using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>A runspace with the module, connected to a simulated world of its own whose clock nobody waits for.</summary>
internal sealed class Rehearsal : IDisposable
{
    internal const string HowToNetwork = "-VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default"
        + " -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16";

    internal const string New = "New-AmlAksCompute myworkspacegroup myworkspace myaks " + HowToNetwork;
    internal const string Get = "Get-AmlAksCompute myworkspacegroup myworkspace myaks";

    /// <summary>Connects; a clock other than the virtual one is for tests of what happens while a command waits.</summary>
    public Rehearsal(string scenario = "how-to", string clock = "-VirtualClock")
    {
        Runspace.Invoke($"Connect-AmlVnet -Simulator {clock} -Scenario '{scenario}'").OutputWithoutErrors();
        Cloud = SimulatedCloud.Behind(Runspace);
    }

    public ModuleRunspace Runspace { get; } = new();

    public SimulatedCloud Cloud { get; }

    public CapturingHost Host => Runspace.Host;

    /// <summary>Runs a script that must give no error, and forgets the requests before it.</summary>
    public IReadOnlyList<PSObject> Run(string script) => Try(script).OutputWithoutErrors();

    /// <summary>Runs a script, and forgets the requests before it.</summary>
    public ScriptResult Try(string script)
    {
        Cloud.Mark();
        return Runspace.Invoke(script);
    }

    /// <summary>The one object that a script gives.</summary>
    public dynamic One(string script) => Assert.Single(Run(script)).BaseObject;

    /// <summary>The one error that a script gives, and nothing else.</summary>
    public ErrorRecord Error(string script)
    {
        var result = Try(script);
        Assert.Empty(result.Output);
        return Assert.Single(result.AllErrors);
    }

    /// <summary>What Export-Clixml and Import-Clixml make of an object.</summary>
    public static object Copy(object value) => PSSerializer.Deserialize(PSSerializer.Serialize(value, 3));

    public void Dispose() => Runspace.Dispose();
}

/// <summary>What tests ask of an error.</summary>
internal static class ErrorAssertions
{
    /// <summary>Checks an error's id, category, target and parts of its message, and that it names a way out.</summary>
    public static ErrorRecord Is(this ErrorRecord error, string id, ErrorCategory category, string? target, params string[] says)
    {
        Assert.StartsWith(id + ",AmlVnet.Cmdlets.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(target, (string?)error.TargetObject, ignoreCase: true);
        Assert.All(says, part => Assert.Contains(part, error.ToString(), StringComparison.Ordinal));
        return error;
    }

    /// <summary>Checks the recommended action.</summary>
    public static void Recommends(this ErrorRecord error, string part) => Assert.Contains(part, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
}
