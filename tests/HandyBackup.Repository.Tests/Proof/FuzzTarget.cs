using FsCheck;
using FsCheck.Fluent;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>A parser, and something valid for it.</summary>
/// <param name="Name">What is parsed.</param>
/// <param name="Valid">Valid input, which is altered.</param>
/// <param name="Parse">Parses input and uses the result as the product does. May throw what the parser is documented to throw, and nothing else.</param>
internal sealed record FuzzTarget(string Name, byte[] Valid, Action<byte[]> Parse)
{
    private const int Inputs = 40;

    // An empty index alone takes most of it.
    private const long FixedMemory = 2 * 1024 * 1024;

    /// <summary>How much memory each byte of input may make the parser take. A parsed object is some ten times as long as its JSON.</summary>
    public long BytesPerByte { get; init; } = 200;

    /// <summary>Parses the valid input, altered versions of it, and garbage.</summary>
    public void Prove(int seed)
    {
        Measure(Valid);
        Gen<FuzzEdit> edit =
            from position in Gen.Choose(0, int.MaxValue)
            from kind in Gen.Choose(0, 8)
            from value in Gen.Choose(0, 255)
            select new FuzzEdit(position, kind, value);
        Gen<FuzzEdit[]> few = Gen.Choose(1, 4).SelectMany(count => edit.ArrayOf(count));
        foreach (FuzzEdit[] edits in few.Sample(10, new Rnd((ulong)seed), Inputs))
        {
            Measure(FuzzEdit.Apply(Valid, edits));
        }

        var random = new Random(seed);
        byte[] garbage = new byte[random.Next(300)];
        random.NextBytes(garbage);
        Measure(garbage);
    }

    private void Measure(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Parse(input);
        }
        catch (Exception exception) when (exception is not HandyBackup.Contracts.HandyBackupException)
        {
            throw new InvalidOperationException($"{Name}: {exception.GetType().Name} for {Convert.ToHexString(input)}", exception);
        }
        catch (HandyBackup.Contracts.HandyBackupException)
        {
            // The one way to refuse.
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= FixedMemory + (BytesPerByte * input.Length), $"{Name}: {taken} bytes are taken for {input.Length}: {Convert.ToHexString(input)}");
    }
}
