import { ChangeDetectionStrategy, Component } from '@angular/core';

@Component({
  selector: 'app-desk',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<h1>Clinic desk</h1>`,
})
export class Desk {}
