using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Providers.Compute;

/// <summary>The virtual machine sizes that the simulator knows, with cores and memory (Microsoft Learn: "Sizes for virtual machines in
/// Azure").</summary>
internal static class VmSizes
{
    public static readonly (string Name, int Cores, double MemoryGB, string Family)[] All =
    [
        ("Standard_B2s", 2, 4, "standardBSFamily"), ("Standard_B4ms", 4, 16, "standardBSFamily"),
        ("Standard_D1_v2", 1, 3.5, "standardDv2Family"), ("Standard_D2_v2", 2, 7, "standardDv2Family"),
            ("Standard_D3_v2", 4, 14, "standardDv2Family"),
        ("Standard_D4_v2", 8, 28, "standardDv2Family"), ("Standard_D5_v2", 16, 56, "standardDv2Family"),
        ("Standard_DS1_v2", 1, 3.5, "standardDSv2Family"), ("Standard_DS2_v2", 2, 7, "standardDSv2Family"),
            ("Standard_DS3_v2", 4, 14, "standardDSv2Family"),
        ("Standard_DS4_v2", 8, 28, "standardDSv2Family"), ("Standard_DS5_v2", 16, 56, "standardDSv2Family"),
        ("Standard_D2s_v3", 2, 8, "standardDSv3Family"), ("Standard_D4s_v3", 4, 16, "standardDSv3Family"),
            ("Standard_D8s_v3", 8, 32, "standardDSv3Family"),
        ("Standard_D16s_v3", 16, 64, "standardDSv3Family"), ("Standard_D2_v3", 2, 8, "standardDv3Family"),
            ("Standard_D4_v3", 4, 16, "standardDv3Family"),
        ("Standard_D8_v3", 8, 32, "standardDv3Family"), ("Standard_D2s_v4", 2, 8, "standardDSv4Family"),
            ("Standard_D4s_v4", 4, 16, "standardDSv4Family"),
        ("Standard_D2s_v5", 2, 8, "standardDSv5Family"), ("Standard_D4s_v5", 4, 16, "standardDSv5Family"),
            ("Standard_D8s_v5", 8, 32, "standardDSv5Family"),
        ("Standard_D11_v2", 2, 14, "standardDv2Family"), ("Standard_D12_v2", 4, 28, "standardDv2Family"),
            ("Standard_D13_v2", 8, 56, "standardDv2Family"),
        ("Standard_E2s_v3", 2, 16, "standardESv3Family"), ("Standard_E4s_v3", 4, 32, "standardESv3Family"),
            ("Standard_E8s_v3", 8, 64, "standardESv3Family"),
        ("Standard_F2s_v2", 2, 4, "standardFSv2Family"), ("Standard_F4s_v2", 4, 8, "standardFSv2Family"),
            ("Standard_F8s_v2", 8, 16, "standardFSv2Family"),
        ("Standard_F16s_v2", 16, 32, "standardFSv2Family"), ("Standard_NC6s_v3", 6, 112, "standardNCSv3Family"),
            ("Standard_NC12s_v3", 12, 224, "standardNCSv3Family"),
        ("Standard_NC4as_T4_v3", 4, 28, "standardNCASv3_T4Family"), ("Standard_NC8as_T4_v3", 8, 56, "standardNCASv3_T4Family"),
    ];

    /// <summary>The cores of a size, or null when the simulator does not know it.</summary>
    public static int? Cores(string? size)
    {
        foreach (var known in All)
        {
            if (known.Name.Same(size))
                return known.Cores;
        }
        return null;
    }
}
