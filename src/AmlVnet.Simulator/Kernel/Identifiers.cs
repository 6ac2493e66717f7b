using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AmlVnet.Simulator.Kernel;

/// <summary>Generated names and numbers: the same seed and the same requests give the same ones, also across processes.</summary>
internal sealed class Identifiers(World world, int seed)
{
    private const string Id = "simulator/identifiers";

    public Guid Guid()
    {
        var bytes = Next();
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes.AsSpan(0, 16));
    }

    public string Text() => Guid().ToString("D", CultureInfo.InvariantCulture);

    public string Hex(int digits) => Convert.ToHexString(Next())[..digits].ToLowerInvariant();

    public int Number(int below) => (int)(BitConverter.ToUInt32(Next()) % (uint)below);

    /// <summary>A draw in [0, 1).</summary>
    public double Draw() => BitConverter.ToUInt32(Next()) / (uint.MaxValue + 1.0);

    /// <summary>A number larger than every one before it.</summary>
    public int Sequence()
    {
        Next();
        return world.Find(Id)!.Body.Whole("next")!.Value;
    }

    private byte[] Next()
    {
        var counter = world.Find(Id) ?? new Resource(Id, Id, new JsonObject { ["seed"] = seed, ["next"] = 0 });
        var next = counter.Body.Whole("next") ?? 0;
        counter.Body["next"] = next + 1;
        world.Save(counter);
        return SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{counter.Body.Whole("seed")}:{next}")));
    }
}
