using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>A runspace with the module, connected to a simulated world of its own whose clock nobody waits for.</summary>
internal sealed class Rehearsal : IDisposable
{
    internal const string New = "New-AmlAksCompute myworkspacegroup myworkspace myaks -VirtualNetworkResourceGroupName mygroup"
        + " -VirtualNetworkName mynetwork -SubnetName default -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr "
        + "172.17.0.1/16";

    internal const string Get = "Get-AmlAksCompute myworkspacegroup myworkspace myaks";

    /// <summary>The one chain that the module exists for.</summary>
    internal const string Chain = """
        Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace |
            New-AmlAksCompute -Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
            Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        """;

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

    public void Dispose() => Runspace.Dispose();
}
