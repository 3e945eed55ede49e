namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>Tests that need the machine to themselves: they measure, or kill at moments that must fall into a run.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
