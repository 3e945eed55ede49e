using System.Globalization;
using HandyBackup.Agent.Core.Memory;

namespace HandyBackup.Agent.Core.Tests.Memory;

public class IdleCodeTests
{
    [Fact]
    public void Mapped_code_that_is_not_used_leaves_memory_and_what_is_used_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        long before = ResidentFileKilobytes();
        IdleCode.Release();
        long after = ResidentFileKilobytes();
        Assert.True(after < before, $"{before} kB of mapped files were resident before, {after} kB afterwards.");
        Assert.Equal(499_999_500_000, Enumerable.Range(0, 1_000_000).Sum(number => (long)number));
    }

    private static long ResidentFileKilobytes() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture);
}
