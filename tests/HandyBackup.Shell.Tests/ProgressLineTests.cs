using System.Management.Automation;
using HandyBackup.Shell.Console;

namespace HandyBackup.Shell.Tests;

public class ProgressLineTests
{
    [Fact]
    public void Line_has_bar_percentage_activity_and_time_left()
    {
        var record = new ProgressRecord(1, "Backup docs", "10 of 20 MiB") { PercentComplete = 50, SecondsRemaining = 75, CurrentOperation = "usr/share/x" };
        Assert.Equal("[##########..........]  50% Backup docs: 10 of 20 MiB (0:01:15 left) usr/share/x", ProgressLine.Format(record, 120));
    }

    [Fact]
    public void Line_never_exceeds_the_window()
    {
        var record = new ProgressRecord(1, "Backup", new string('x', 300));
        string line = ProgressLine.Format(record, 40);
        Assert.Equal(40, line.Length);
        Assert.EndsWith("…", line, StringComparison.Ordinal);
    }
}
