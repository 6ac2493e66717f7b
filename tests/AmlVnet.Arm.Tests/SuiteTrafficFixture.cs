using AmlVnet.Conformance.Tests;

[assembly: AssemblyFixture(typeof(SuiteTraffic))]
