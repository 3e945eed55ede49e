using System.Diagnostics;
using HandyBackup.Agent.Core.Limits;

namespace HandyBackup.Windows.Tests.Limits;

/// <summary>The agent's rank beside other programs. Wine knows no priorities of reading and writing, so those are not tested here.</summary>
public sealed class WindowsPriorityTests
{
    [Theory]
    [InlineData(WorkPriority.Low, ProcessPriorityClass.BelowNormal)]
    [InlineData(WorkPriority.Idle, ProcessPriorityClass.Idle)]
    public void Processor_priority_is_the_processes_class(WorkPriority priority, ProcessPriorityClass expected)
    {
        using var process = Process.GetCurrentProcess();
        try
        {
            new WindowsPriority().Set(priority, WorkPriority.Normal);
            process.Refresh();
            Assert.Equal(expected, process.PriorityClass);
        }
        finally
        {
            process.PriorityClass = ProcessPriorityClass.Normal;
        }
    }
}
