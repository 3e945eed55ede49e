using HandyBackup.Agent.Core.Memory;

namespace HandyBackup.Agent.Core.Tests.Memory;

public class IdleCodeTests
{
    [Fact]
    public void Mapped_code_that_is_not_used_leaves_memory_and_what_is_used_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        long before = ResidentMemory.Kilobytes("RssFile");
        IdleCode.Release();
        long after = ResidentMemory.Kilobytes("RssFile");
        Assert.True(after < before, $"{before} kB of mapped files were resident before, {after} kB afterwards.");
        Assert.Equal(499_999_500_000, Enumerable.Range(0, 1_000_000).Sum(number => (long)number));
    }
}
