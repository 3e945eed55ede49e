using System.Runtime.Versioning;
using HandyBackup.Windows.Tests.Kit;
using Xunit.Sdk;
using Xunit.v3;

// Everything here is for Windows, and one machine has one list of services: one test after the other.
[assembly: SupportedOSPlatform("windows")]
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(UnusedMachine))]
