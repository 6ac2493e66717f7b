using Microsoft.Testing.Platform.Capabilities.TestFramework;

namespace AmlVnet.Pester.Tests;

/// <summary>What the platform may ask beyond running the tests: nothing.</summary>
internal sealed class PesterCapabilities : ITestFrameworkCapabilities
{
    public IReadOnlyCollection<ITestFrameworkCapability> Capabilities => [];
}
